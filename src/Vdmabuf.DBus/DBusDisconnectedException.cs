namespace Vdmabuf.DBus;

/// <summary>The connection is gone (or was never made); every pending call fails with this.</summary>
public sealed class DBusDisconnectedException : IOException
{
    internal DBusDisconnectedException(DisconnectReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why.</summary>
    public DisconnectReason Reason { get; }
}

/// <summary>Why a connection ended.</summary>
public enum DisconnectReason
{
    /// <summary>The address cannot be connected to.</summary>
    ConnectFailed,

    /// <summary>The peer closed the socket (or its process ended) after authentication.</summary>
    PeerClosed,

    /// <summary>The peer closed the socket before authentication was done.</summary>
    ClosedDuringAuthentication,

    /// <summary>The peer refused the identity, or answered something that is not the D-Bus handshake.</summary>
    AuthenticationRefused,

    /// <summary>The peer did not finish the handshake in time (sd-bus waits 90 s).</summary>
    AuthenticationTimeout,

    /// <summary>The peer sent something that is not D-Bus.</summary>
    ProtocolError,

    /// <summary>The peer calls but does not read the answers.</summary>
    PeerDoesNotRead,
}
