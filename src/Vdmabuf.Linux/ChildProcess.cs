using System.Text;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>What a program that starts another needs and the base class library does not have.</summary>
public static class ChildProcess
{
    /// <summary>SIGINT.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGHUP.</summary>
    public const int HangUp = 1;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>Sends a signal; false where the process is gone already.</summary>
    public static bool Signal(int process, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(process);
        return NativeMethods.Kill(process, signal) == 0;
    }

    /// <summary>
    /// Whether this process group is in the foreground of the terminal at stdin, so that the terminal has sent its
    /// own signals (Ctrl+C) to our children as well.
    /// </summary>
    public static bool SharesTerminal => NativeMethods.GetForegroundProcessGroup(0) == NativeMethods.GetProcessGroup();

    /// <summary>Whether this user may read and write a file (access(2), without opening it).</summary>
    public static unsafe bool MayReadAndWrite(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        // SAFETY: the path is NUL-terminated by the added character and pinned during the call.
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return NativeMethods.Access(name, 4 | 2) == 0;
    }
}
