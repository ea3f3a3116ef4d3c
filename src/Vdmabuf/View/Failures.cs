using Vdmabuf.Cli;
using Vdmabuf.DBus;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Qemu;

namespace Vdmabuf.View;

/// <summary>Which failures are the user's to know (all others are bugs and end with a stack trace), and their exit codes.</summary>
internal static class Failures
{
    private const int NotPermitted = 1, NoSuchFile = 2, AccessDenied = 13, NotADirectory = 20, ConnectionRefused = 111;

    /// <summary>Whether the message says all there is to say.</summary>
    internal static bool IsExpected(Exception error) =>
        error is ViewUnavailableException or QmpException or QemuEndpointException or DBusDisconnectedException or DBusErrorException or IOException or UnauthorizedAccessException;

    /// <summary>The exit code a failure ends the program with.</summary>
    internal static int ExitCodeOf(Exception error) => error switch
    {
        ViewUnavailableException => ExitCode.Unavailable,
        QmpException { ErrorClass: not null } or QmpException { InnerException: QmpException { ErrorClass: not null } } => ExitCode.Refused,
        QmpException { InnerException: LinuxException socket } => CodeOf(socket),
        DBusDisconnectedException { Reason: DisconnectReason.ConnectFailed } => ExitCode.Unavailable,
        DBusDisconnectedException { Reason: DisconnectReason.AuthenticationRefused } => ExitCode.Refused,
        DBusErrorException { Name: "org.freedesktop.DBus.Error.AccessDenied" } => ExitCode.Refused,
        LinuxException system => CodeOf(system),
        UnauthorizedAccessException => ExitCode.Refused,
        _ => ExitCode.Failure,
    };

    /// <summary>Whether nobody listens on a socket that exists: QEMU makes it a moment before it listens.</summary>
    internal static bool IsNotYetListening(QmpException error) => error.InnerException is LinuxException { Errno: ConnectionRefused };

    private static int CodeOf(LinuxException error) => error.Errno switch
    {
        NoSuchFile or NotADirectory or ConnectionRefused => ExitCode.NotFound,
        AccessDenied or NotPermitted => ExitCode.Refused,
        _ => ExitCode.Failure,
    };
}
