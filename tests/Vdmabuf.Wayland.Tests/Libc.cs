using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.Wayland.Tests;

/// <summary>The system calls a fake peer needs.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe2(int* pair, int flags);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int fd, byte* buffer, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollFd* fds, nuint count, int timeout);

    public const int DontWait = 0x40;

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public nint Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    public static (SafeFileHandle Left, SafeFileHandle Right) CreateSocketPair()
    {
        int* pair = stackalloc int[2];
        Check(SocketPair(1, 1 | 0x80000, 0, pair));
        return (new SafeFileHandle(pair[0], true), new SafeFileHandle(pair[1], true));
    }

    /// <summary>A pipe; when the last copy of the write end is closed, the read end reports end of file.</summary>
    public static (SafeFileHandle Read, SafeFileHandle Write) CreatePipe()
    {
        int* pair = stackalloc int[2];
        Check(Pipe2(pair, 0x80000));
        return (new SafeFileHandle(pair[0], true), new SafeFileHandle(pair[1], true));
    }

    public static SafeFileHandle CreateMemfd(ReadOnlySpan<byte> content)
    {
        int fd = MemfdCreate("vdmabuf-test", 1);
        Check(fd);
        var handle = new SafeFileHandle(fd, true);
        RandomAccess.Write(handle, content, 0);
        return handle;
    }

    /// <summary>Whether all write ends of the pipe are closed, without waiting.</summary>
    public static bool IsHungUp(SafeFileHandle readEnd)
    {
        var entry = new PollFd { Fd = (int)readEnd.DangerousGetHandle(), Events = 1 };
        Check(Poll(&entry, 1, 0));
        return (entry.Returned & 0x10) != 0;
    }

    /// <summary>Waits until the fd is readable or hung up; false after the deadline.</summary>
    public static bool WaitReadable(int fd, int milliseconds)
    {
        var entry = new PollFd { Fd = fd, Events = 1 };
        int result = Poll(&entry, 1, milliseconds);
        Check(result);
        return result > 0;
    }

    public static void Send(SafeHandle socket, ReadOnlySpan<byte> bytes, SafeHandle? fd)
    {
        byte* control = stackalloc byte[24];
        new Span<byte>(control, 24).Clear();
        fixed (byte* start = bytes)
        {
            var vector = new Vector { Base = start, Length = (nuint)bytes.Length };
            var header = new MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (fd is not null)
            {
                // cmsghdr: length, SOL_SOCKET, SCM_RIGHTS, then the fd.
                *(nuint*)control = 20;
                *(int*)(control + 8) = 1;
                *(int*)(control + 12) = 1;
                *(int*)(control + 16) = (int)fd.DangerousGetHandle();
                header.Control = control;
                header.ControlLength = 24;
            }

            nint sent = SendMessage((int)socket.DangerousGetHandle(), &header, 0x4000);
            Check(sent);
            if (sent != bytes.Length) throw new IOException($"{sent} of {bytes.Length} bytes sent");
        }
    }

    private static void Check(nint result)
    {
        if (result < 0) throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }
}
