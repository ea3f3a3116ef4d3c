using System.Runtime.InteropServices;

namespace Vdmabuf.Wayland;

/// <summary>There is no compositor where one was looked for.</summary>
public sealed class WaylandConnectException : WaylandException
{
    internal WaylandConnectException(string target, int errno, string nextStep)
        : base($"cannot connect to the Wayland compositor at {target}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}); {nextStep}")
    {
        Target = target;
        ErrorNumber = errno;
    }

    /// <summary>The socket that was tried: a path, or what stands for one.</summary>
    public string Target { get; }

    /// <summary>The errno of the attempt.</summary>
    public int ErrorNumber { get; }
}
