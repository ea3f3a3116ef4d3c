using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Vdmabuf.Wayland.Dmabuf;

/// <summary>
/// Reads the format table of dma-buf feedback: 16 bytes for each entry, of which bytes 0-3 are the fourcc and 8-15
/// the modifier, host-endian (spec: linux-dmabuf-v1, format_table).
/// </summary>
public static class DmabufFormatTable
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntrySize = 16;

    /// <summary>Bytes a table may have: 65536 entries, all that 16-bit indices can reach.</summary>
    public const uint SizeLimit = 1 << 20;

    /// <summary>Reads the first <paramref name="size"/> bytes of <paramref name="fd"/>, which stays the caller's.</summary>
    /// <remarks>
    /// Read, not mapped: a file that shrinks under a mapping kills the process with SIGBUS, a short read is an error.
    /// </remarks>
    /// <exception cref="DmabufFeedbackException">The size is impossible, or the file is shorter or unreadable.</exception>
    public static DmabufFormat[] Parse(SafeHandle fd, uint size)
    {
        ArgumentNullException.ThrowIfNull(fd);
        if (size % EntrySize != 0 || size > SizeLimit)
            throw new DmabufFeedbackException($"the dma-buf format table has {size} bytes, not a multiple of {EntrySize} up to {SizeLimit}");
        byte[] bytes = new byte[size];
        int have = PositionedRead.Fill(fd, bytes);
        if (have < 0)
            throw new DmabufFeedbackException($"the dma-buf format table cannot be read: {Marshal.GetPInvokeErrorMessage(-have)} (errno {-have})");
        if (have < bytes.Length)
            throw new DmabufFeedbackException($"the dma-buf format table ends after {have} bytes, {size} were announced");
        var formats = new DmabufFormat[bytes.Length / EntrySize];
        for (int i = 0; i < formats.Length; i++) formats[i] = ParseEntry(bytes.AsSpan(i * EntrySize, EntrySize));
        return formats;
    }

    private static DmabufFormat ParseEntry(ReadOnlySpan<byte> entry) => BitConverter.IsLittleEndian
        ? new DmabufFormat(BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]))
        : new DmabufFormat(BinaryPrimitives.ReadUInt32BigEndian(entry), BinaryPrimitives.ReadUInt64BigEndian(entry[8..]));
}
