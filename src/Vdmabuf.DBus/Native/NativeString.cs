using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Vdmabuf.DBus;

/// <summary>
/// A name in UTF-8 with a terminating NUL at a fixed address, so that building a message with it neither encodes nor
/// allocates. Make one per name and keep it; the memory lives as long as a copy of this value does.
/// </summary>
public readonly struct NativeString
{
    private readonly byte[]? _pinned;

    /// <summary>Encodes <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentException">The text contains a NUL character.</exception>
    public NativeString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A D-Bus string cannot contain a NUL character.", nameof(value));
        _pinned = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(value) + 1, pinned: true);
        Encoding.UTF8.GetBytes(value, _pinned);
        _pinned[^1] = 0;
    }

    /// <summary>Whether this is no name at all (the default value): a null pointer for sd-bus.</summary>
    public bool IsNull => _pinned is null;

    /// <summary>The bytes without the NUL.</summary>
    public ReadOnlySpan<byte> Bytes => _pinned is null ? default : _pinned.AsSpan(0, _pinned.Length - 1);

    // SAFETY: the array is on the pinned heap, so the address holds while a copy of this struct is reachable; callers
    // keep the struct alive across the native call (it is a parameter or a field of one) with KeepAlive.
    internal unsafe byte* Pointer =>
        _pinned is null ? null : (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_pinned));

    internal void KeepAlive() => GC.KeepAlive(_pinned);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
