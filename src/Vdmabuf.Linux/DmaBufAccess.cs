using System.Runtime.InteropServices;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>
/// Brackets a CPU read of a mapped dma-buf with DMA_BUF_IOCTL_SYNC, so that caches and a still rendering GPU are
/// dealt with (kernel documentation, dma-buf user space interface).
/// </summary>
public readonly ref struct DmaBufAccess
{
    private const nuint Sync = 0x40086200;   // _IOW('b', 0, __u64)
    private const ulong Read = 1, Start = 0, End = 4;
    private readonly SafeHandle _fd;

    private DmaBufAccess(SafeHandle fd) => _fd = fd;

    /// <summary>Waits for the GPU's writes, then lets the CPU read until the result is disposed.</summary>
    /// <exception cref="LinuxException">The fd is no dma-buf.</exception>
    public static DmaBufAccess BeginRead(SafeHandle fd)
    {
        ArgumentNullException.ThrowIfNull(fd);
        Synchronize(fd, Read | Start);
        return new DmaBufAccess(fd);
    }

    /// <summary>Ends the access.</summary>
    public void Dispose() => Synchronize(_fd, Read | End);

    private static unsafe void Synchronize(SafeHandle fd, ulong flags)
    {
        int number = (int)fd.DangerousGetHandle();
        int result;
        // SAFETY: the ioctl reads one 64-bit word.
        do result = NativeMethods.Ioctl(number, Sync, &flags);
        while (result != 0 && Marshal.GetLastPInvokeError() is Errno.Interrupted or Errno.Again);
        if (result != 0) throw LinuxException.Last($"DMA_BUF_IOCTL_SYNC of fd {number}");
    }
}
