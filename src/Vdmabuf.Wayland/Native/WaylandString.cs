using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Vdmabuf.Wayland;

/// <summary>
/// A string on its way into a request: UTF-8 with a NUL, on the caller's stack where it fits. Used by generated
/// code. No managed memory is allocated.
/// </summary>
public readonly unsafe ref struct WaylandString : IDisposable
{
    /// <summary>Bytes a caller should put on its stack.</summary>
    public const int ScratchSize = 256;

    private readonly byte* _rented;

    /// <summary>Encodes <paramref name="value"/>.</summary>
    /// <param name="value">The text.</param>
    /// <param name="allowNull">Whether the protocol allows null.</param>
    /// <param name="scratch">Stack memory, valid as long as this value is used.</param>
    /// <exception cref="ArgumentException">The text contains a NUL, at which the message would end it.</exception>
    public WaylandString(string? value, bool allowNull, Span<byte> scratch)
    {
        if (value is null)
        {
            if (!allowNull) throw new ArgumentNullException(nameof(value));
            return;
        }

        if (value.Contains('\0'))
            throw new ArgumentException("the text contains a NUL character, which Wayland strings cannot carry; remove it first", nameof(value));
        int length = Encoding.UTF8.GetByteCount(value);
        if (length + 1 > scratch.Length)
        {
            // SAFETY: one byte more than the text needs; freed by Dispose.
            _rented = (byte*)NativeMemory.Alloc((nuint)length + 1);
            scratch = new Span<byte>(_rented, length + 1);
        }

        Encoding.UTF8.GetBytes(value, scratch);
        scratch[length] = 0;
        WireSize = (length + 1L + 3) & ~3L;

        // SAFETY: scratch is stack or native memory, which the collector does not move.
        Pointer = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(scratch));
    }

    /// <summary>The first byte, or null.</summary>
    public byte* Pointer { get; }

    /// <summary>Bytes that the string takes in a message beyond its length field.</summary>
    public long WireSize { get; }

    /// <summary>Gives back what did not fit on the stack.</summary>
    public void Dispose() => NativeMemory.Free(_rented);
}
