namespace Vdmabuf.DBus.Native;

/// <summary>What kind of fd we were given.</summary>
internal static class SocketKind
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Type = 3; // SO_TYPE
    private const int Stream = 1; // SOCK_STREAM

    public static bool IsStream(int fd)
    {
        uint size = sizeof(int);
        return NativeMethods.getsockopt(fd, SocketLevel, Type, out int type, ref size) == 0 && type == Stream;
    }
}
