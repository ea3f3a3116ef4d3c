namespace Vdmabuf.Wayland.Native;

/// <summary>The error numbers of Linux that decide something here.</summary>
internal static class Errno
{
    public const int Again = 11;
    public const int Invalid = 22;
    public const int BrokenPipe = 32;
    public const int Protocol = 71;
}
