using System.Runtime.InteropServices;

namespace Vdmabuf.DBus.Native;

/// <summary>Names that sd-bus keeps for a connection.</summary>
internal static class BusNames
{
    /// <summary>The unique name; only once the bus is ready, because sd-bus waits for it otherwise.</summary>
    public static unsafe ReadOnlySpan<byte> Unique(nint bus)
    {
        // SAFETY: on success a NUL-terminated string that belongs to the bus.
        Errno.ThrowIfNegative(NativeMethods.sd_bus_get_unique_name(bus, out byte* name), "sd_bus_get_unique_name");
        return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
    }
}
