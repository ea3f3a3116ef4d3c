using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>recvmsg(2) with one fd: what a monitor does with getfd's.</summary>
internal static unsafe partial class FdReceiver
{
    private const int DontWait = 0x40, CloseOnExec = 0x40000000;

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>Bytes read, 0 at the end, -1 where there is nothing or the connection broke; and the fd that came with them.</summary>
    internal static int Receive(int socket, Span<byte> buffer, out SafeFileHandle? fd)
    {
        fd = null;
        byte* control = stackalloc byte[64];
        new Span<byte>(control, 64).Clear();
        nint count;
        fixed (byte* data = buffer)
        {
            var vector = new IoVector { Base = data, Length = (nuint)buffer.Length };
            var message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 64 };
            // SAFETY: data is pinned, vector and control are on this stack, all for the length of the call.
            count = RecvMsg(socket, &message, DontWait | CloseOnExec);
            // struct cmsghdr: size_t length (20 for one fd), int level, int type (SCM_RIGHTS = 1), then the fd.
            if (count > 0 && message.ControlLength >= 20 && *(int*)(control + 12) == 1)
                fd = new SafeFileHandle(*(int*)(control + 16), ownsHandle: true);
        }
        return (int)count;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint RecvMsg(int socket, MessageHeader* message, int flags);
}
