namespace Vdmabuf.Wayland;

/// <summary>What became of a flush.</summary>
public enum FlushResult
{
    /// <summary>Everything is sent.</summary>
    Complete,

    /// <summary>The socket is full: flush again once it is writable.</summary>
    SocketFull,

    /// <summary>The compositor closed the socket: reading gives the reason.</summary>
    PeerClosed,
}
