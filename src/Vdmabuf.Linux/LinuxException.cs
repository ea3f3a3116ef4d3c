using System.Runtime.InteropServices;

namespace Vdmabuf.Linux;

/// <summary>A system call failed. The message has the call, its object and the kernel's words.</summary>
public sealed class LinuxException : IOException
{
    internal LinuxException(string what, int errno)
        : base($"{what}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})") => Errno = errno;

    /// <summary>The error number, as in errno(3).</summary>
    public int Errno { get; }

    internal static LinuxException Last(string what) => new(what, Marshal.GetLastPInvokeError());
}

/// <summary>The error numbers our code tells apart; the same on every Linux architecture .NET runs on.</summary>
internal static class Errno
{
    internal const int Interrupted = 4;
    internal const int Again = 11;
    internal const int BadAddress = 14;
}
