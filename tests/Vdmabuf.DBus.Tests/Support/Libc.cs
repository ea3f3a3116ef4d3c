using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.DBus.Tests.Support;

internal static unsafe partial class Libc
{
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* fds, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int memfd_create(byte* name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* data, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, byte* data, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, TimeSpec* time);

    // SAFETY (all below): the pointers are to locals or pinned spans that outlive the call.
    public static long MonotonicMicroseconds()
    {
        TimeSpec time;
        _ = clock_gettime(1, &time);
        return (time.Seconds * 1_000_000) + (time.Nanoseconds / 1000);
    }

    public static void Poll(Span<PollFd> fds, int timeoutMilliseconds)
    {
        fixed (PollFd* first = fds)
            _ = poll(first, (nuint)fds.Length, timeoutMilliseconds);
    }

    public static (SafeFileHandle First, SafeFileHandle Second) SocketPair()
    {
        int* pair = stackalloc int[2];
        const int Unix = 1, StreamCloseOnExec = 1 | 0x80000;
        if (socketpair(Unix, StreamCloseOnExec, 0, pair) < 0)
            throw new IOException($"socketpair: errno {Marshal.GetLastPInvokeError()}");
        return (new SafeFileHandle(pair[0], true), new SafeFileHandle(pair[1], true));
    }

    public static SafeFileHandle Memfd(ReadOnlySpan<byte> content)
    {
        fixed (byte* name = "test\0"u8)
        fixed (byte* data = content)
        {
            int fd = memfd_create(name, 1);
            if (fd < 0 || write(fd, data, (nuint)content.Length) != content.Length)
                throw new IOException($"memfd: errno {Marshal.GetLastPInvokeError()}");
            return new SafeFileHandle(fd, true);
        }
    }

    public static SafeFileHandle Duplicate(int fd) => new(dup(fd), true);

    public static byte[] ReadAll(int fd, int count)
    {
        byte[] buffer = new byte[count];
        fixed (byte* data = buffer)
            return buffer[..(int)Math.Max(0, pread(fd, data, (nuint)count, 0))];
    }

    /// <summary>Open fds, after whatever earlier tests left to finalizers (pipes of processes) is closed.</summary>
    public static int CountFds()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // The runtime opens assemblies when it first meets them; those are not ours to count.
        return Directory.GetFileSystemEntries("/proc/self/fd").Count(entry =>
            File.ResolveLinkTarget(entry, returnFinalTarget: false)?.Name.EndsWith(".dll", StringComparison.Ordinal) != true);
    }
}
