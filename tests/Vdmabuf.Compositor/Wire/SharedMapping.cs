using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.Compositor.Wire;

// SAFETY: the one pointer kept is the mapping's base, valid while references are held; reads are bounds-checked.
/// <summary>
/// A client's memory mapped read-only, together with its descriptor. Buffers and pools share one mapping by counting
/// references; the last one unmaps and closes.
/// </summary>
internal sealed unsafe class SharedMapping
{
    private readonly SafeFileHandle _file;
    private byte* _base;
    private long _length;
    private int _references = 1;

    private SharedMapping(SafeFileHandle file, byte* start, long length)
    {
        _file = file;
        _base = start;
        _length = length;
    }

    public long Length => _length;

    /// <summary>Maps the first <paramref name="length"/> bytes; takes the descriptor. Null (and closed) where the kernel refuses.</summary>
    // SAFETY: the kernel chooses the address; the result is checked against MAP_FAILED before use.
    public static SharedMapping? TryMap(SafeFileHandle file, long length)
    {
        void* start = length <= 0 ? (void*)-1 : Libc.Map(null, (nuint)length, Libc.ProtRead, Libc.MapShared, (int)file.DangerousGetHandle(), 0);
        if ((nint)start == -1)
        {
            file.Dispose();
            return null;
        }
        return new SharedMapping(file, (byte*)start, length);
    }

    public SharedMapping Share()
    {
        _references++;
        return this;
    }

    /// <summary>Extends the mapping; false where the kernel refuses, with the old mapping kept.</summary>
    // SAFETY: the new mapping is made and checked before the old one goes; nobody keeps pointers between calls.
    public bool TryGrow(long length)
    {
        void* start = Libc.Map(null, (nuint)length, Libc.ProtRead, Libc.MapShared, (int)_file.DangerousGetHandle(), 0);
        if ((nint)start == -1)
            return false;
        _ = Libc.Unmap(_base, (nuint)_length);
        _base = (byte*)start;
        _length = length;
        return true;
    }

    public void Release()
    {
        if (--_references > 0)
            return;
        // SAFETY: base and length are those of the live mapping, and this is its last user.
        _ = Libc.Unmap(_base, (nuint)_length);
        _base = null;
        _length = 0;
        _file.Dispose();
    }

    /// <summary>Copies bytes out. Checks the file's size first, so that a shrunk file is an exception and no SIGBUS.</summary>
    // SAFETY: offset and count are checked against the mapping in 64 bits, and against the file where its size is known.
    public void Read(long offset, Span<byte> destination)
    {
        long size = Libc.Seek((int)_file.DangerousGetHandle(), 0, 2);
        if (size >= 0)
            _ = Libc.Seek((int)_file.DangerousGetHandle(), 0, 0);
        long limit = size < 0 ? _length : Math.Min(size, _length);
        if (offset < 0 || destination.Length > limit - offset)
            throw new InvalidOperationException($"Bytes {offset}+{destination.Length} are outside the buffer's memory of {limit} bytes.");
        new ReadOnlySpan<byte>(_base + offset, destination.Length).CopyTo(destination);
    }
}
