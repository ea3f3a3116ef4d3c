using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <summary>The connection is over without a protocol error: the compositor went away or sent what cannot be read.</summary>
public sealed class WaylandDisconnectedException : WaylandException
{
    internal WaylandDisconnectedException(int errno, string? logged)
        : base((errno == Errno.BrokenPipe
                ? "the compositor closed the connection; connect again once it runs"
                : $"the connection to the compositor failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}); connect again")
            + (logged is null ? "" : $"; libwayland logged: {logged}"))
    {
        ErrorNumber = errno;
    }

    /// <summary>The errno: EPIPE (32) for a closed socket, EINVAL (22) for a message that cannot be read.</summary>
    public int ErrorNumber { get; }
}
