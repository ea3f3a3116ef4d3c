using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.Compositor.Wire;

/// <summary>
/// A file descriptor that came with a request. What identifies the file stays readable after the descriptor is closed,
/// so a recorded request keeps no descriptor open. The request's handler takes the handle; whatever it leaves is closed.
/// </summary>
public sealed class ReceivedFd
{
    private SafeFileHandle? _handle;

    internal ReceivedFd(SafeFileHandle handle)
    {
        _handle = handle;
        (Device, Inode, Size) = Identify(handle);
    }

    /// <summary>Device number of the file (major in the upper 32 bits).</summary>
    public ulong Device { get; }

    public ulong Inode { get; }

    /// <summary>Size in bytes when it arrived; -1 where the file cannot be sought.</summary>
    public long Size { get; }

    public override string ToString() => $"fd(dev {Device:x}, ino {Inode}, {Size} bytes)";

    internal SafeFileHandle Take() =>
        Interlocked.Exchange(ref _handle, null) ?? throw new InvalidOperationException("The descriptor was taken already.");

    internal void CloseIfUntaken() => Interlocked.Exchange(ref _handle, null)?.Dispose();

    // SAFETY: the buffer is 256 bytes, the size the kernel defines for struct statx; the path is an empty C string on
    // the stack; offsets 32 (ino) and 136/140 (dev) are fixed on every architecture.
    private static unsafe (ulong Device, ulong Inode, long Size) Identify(SafeFileHandle handle)
    {
        const int EmptyPath = 0x1000;
        const uint BasicStats = 0x7ff;
        int fd = (int)handle.DangerousGetHandle();
        byte* status = stackalloc byte[256];
        byte path = 0;
        long size = Libc.Seek(fd, 0, 2);
        if (size >= 0)
            _ = Libc.Seek(fd, 0, 0);
        if (Libc.Statx(fd, &path, EmptyPath, BasicStats, status) != 0)
            return (0, 0, size);
        ulong device = ((ulong)*(uint*)(status + 136) << 32) | *(uint*)(status + 140);
        return (device, *(ulong*)(status + 32), size);
    }
}
