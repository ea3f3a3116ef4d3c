using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>Stream sockets of the Unix domain, as far as they carry file descriptors.</summary>
public static class UnixSockets
{
    private const int AfUnix = 1, StreamCloseOnExecNonBlocking = 1 | 0x80000 | 0x800;
    private const int SolSocket = 1, ScmRights = 1, SoPeerCred = 17, NoSignal = 0x4000;

    /// <summary>A connected pair, close-on-exec and non-blocking. The caller owns both ends.</summary>
    public static unsafe (SafeFileHandle Ours, SafeFileHandle Theirs) CreatePair()
    {
        int* fds = stackalloc int[2];
        // SAFETY: the kernel writes two ints.
        if (NativeMethods.SocketPair(AfUnix, StreamCloseOnExecNonBlocking, 0, fds) != 0) throw LinuxException.Last("socketpair");
        return (new SafeFileHandle(fds[0], true), new SafeFileHandle(fds[1], true));
    }

    /// <summary>Connects to a listening socket. Non-blocking afterwards; the caller owns the fd.</summary>
    /// <exception cref="LinuxException">Nobody listens there, or the path is too long (107 bytes at the most).</exception>
    public static unsafe SafeFileHandle Connect(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length > 107) throw new LinuxException($"connect to {path} ({name.Length} bytes; a socket path has 107 at the most)", 36);
        int fd = NativeMethods.Socket(AfUnix, StreamCloseOnExecNonBlocking, 0);
        if (fd < 0) throw LinuxException.Last("socket");
        var owner = new SafeFileHandle(fd, true);
        byte* address = stackalloc byte[110];
        new Span<byte>(address, 110).Clear();
        *(ushort*)address = AfUnix;
        name.CopyTo(new Span<byte>(address + 2, 107));
        // SAFETY: address holds sun_family and a NUL-terminated path in 110 bytes, as sockaddr_un does.
        if (NativeMethods.Connect(fd, address, 110) == 0) return owner;
        LinuxException error = LinuxException.Last($"connect to {path}");
        owner.Dispose();
        throw error;
    }

    /// <summary>The process at the other end (SO_PEERCRED: who created its end), or null where it is not told.</summary>
    public static unsafe int? PeerProcess(SafeHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        int* credentials = stackalloc int[3];
        uint length = 12;
        // SAFETY: struct ucred is three 32-bit words.
        bool ok = NativeMethods.GetSockOpt((int)socket.DangerousGetHandle(), SolSocket, SoPeerCred, credentials, &length) == 0;
        return ok && credentials[0] > 0 ? credentials[0] : null;
    }

    /// <summary>
    /// Sends <paramref name="bytes"/> with one fd as SCM_RIGHTS. Returns the bytes taken, 0 where the socket is full.
    /// <paramref name="fd"/> stays the caller's; it travels with the first byte.
    /// </summary>
    /// <exception cref="LinuxException">The peer is gone.</exception>
    public static unsafe int Send(SafeHandle socket, ReadOnlySpan<byte> bytes, SafeHandle? fd = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        // struct cmsghdr: size_t length, int level, int type; then the fd; padded to a word.
        byte* control = stackalloc byte[24];
        nint result;
        fixed (byte* data = bytes)
        {
            var vector = new IoVector { Base = data, Length = (nuint)bytes.Length };
            var message = new MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (fd is not null)
            {
                *(nuint*)control = 20;
                *(int*)(control + 8) = SolSocket;
                *(int*)(control + 12) = ScmRights;
                *(int*)(control + 16) = (int)fd.DangerousGetHandle();
                message.Control = control;
                message.ControlLength = 24;
            }
            // SAFETY: vector and control name memory that is pinned or on this stack until the call returns.
            do result = NativeMethods.SendMsg((int)socket.DangerousGetHandle(), &message, NoSignal);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        GC.KeepAlive(fd);
        if (result >= 0) return (int)result;
        return Marshal.GetLastPInvokeError() == Errno.Again ? 0 : throw LinuxException.Last("send on a Unix socket");
    }

    /// <summary>Reads what is there: bytes read, 0 at the end of the stream, -1 where nothing is there yet.</summary>
    /// <exception cref="LinuxException">The connection broke.</exception>
    public static unsafe int Receive(SafeHandle socket, Span<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(socket);
        nint result;
        fixed (byte* data = buffer)
        {
            // SAFETY: data is pinned and buffer.Length bytes long.
            do result = NativeMethods.Read((int)socket.DangerousGetHandle(), data, (nuint)buffer.Length);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        if (result >= 0) return (int)result;
        return Marshal.GetLastPInvokeError() == Errno.Again ? -1 : throw LinuxException.Last("read on a Unix socket");
    }
}
