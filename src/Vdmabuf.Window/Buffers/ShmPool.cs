using Microsoft.Win32.SafeHandles;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Buffers;

/// <summary>Shared memory of our own that the compositor reads: a memfd sealed against shrinking, mapped here.</summary>
internal sealed class ShmPool : IDisposable
{
    private readonly WlShmPool _pool;
    private readonly MappedMemory _memory;

    /// <exception cref="LinuxException">No memory is left.</exception>
    internal ShmPool(WlShm shm, string name, long size)
    {
        using SafeFileHandle fd = MemFd.Create(name, size, FileSeals.Shrink | FileSeals.Grow | FileSeals.Seal);
        _memory = MappedMemory.Map(fd, size, writable: true);
        _pool = shm.CreatePool(fd, (int)size);
    }

    internal Span<byte> Bytes => _memory.Bytes;

    internal WlBuffer CreateBuffer(int offset, int width, int height, int stride, WlShmFormat format) =>
        _pool.CreateBuffer(offset, width, height, stride, format);

    public void Dispose()
    {
        // Buffers made of it stay valid at the compositor, which has a mapping of its own.
        _pool.Dispose();
        _memory.Dispose();
    }
}
