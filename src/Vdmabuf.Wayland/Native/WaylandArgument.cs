using System.Runtime.InteropServices;

namespace Vdmabuf.Wayland;

/// <summary>One argument of a message: libwayland's <c>union wl_argument</c>. Used by generated code.</summary>
[StructLayout(LayoutKind.Explicit)]
public unsafe struct WaylandArgument
{
    /// <summary>A signed number; also the raw value of a fixed.</summary>
    [FieldOffset(0)] public int Int;

    /// <summary>An unsigned number.</summary>
    [FieldOffset(0)] public uint UInt;

    /// <summary>A string that ends in NUL, or null.</summary>
    [FieldOffset(0)] public byte* String;

    /// <summary>A proxy: an object, or a new one.</summary>
    [FieldOffset(0)] public nint Object;

    /// <summary>An array.</summary>
    [FieldOffset(0)] public WaylandArray* Array;

    /// <summary>A file descriptor.</summary>
    [FieldOffset(0)] public int Fd;
}

/// <summary>libwayland's <c>struct wl_array</c>, pointing at memory of somebody else. Used by generated code.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct WaylandArray
{
    /// <summary>Bytes in use.</summary>
    public readonly nuint Size;

    /// <summary>Bytes there.</summary>
    public readonly nuint Allocated;

    /// <summary>The first byte.</summary>
    public readonly void* Data;

    // SAFETY: nothing is read here; libwayland reads it during the call in which the caller keeps it in place.

    /// <summary>Describes <paramref name="length"/> bytes at <paramref name="data"/>, which the caller keeps in place.</summary>
    public WaylandArray(void* data, int length)
    {
        Size = Allocated = (nuint)length;
        Data = data;
    }

    /// <summary>Bytes that an array takes in a message beyond its length field.</summary>
    public static long WireSize(ReadOnlySpan<byte> bytes) => (bytes.Length + 3L) & ~3L;
}
