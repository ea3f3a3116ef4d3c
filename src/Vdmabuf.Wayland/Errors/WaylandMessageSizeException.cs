namespace Vdmabuf.Wayland;

/// <summary>A request would not fit in one message. It was not sent, and the connection is well.</summary>
public sealed class WaylandMessageSizeException : WaylandException
{
    internal WaylandMessageSizeException(string interfaceName, string request, long size, int limit)
        : base($"{interfaceName}.{request} takes {size} bytes, a message holds {limit}; shorten the text or split the data")
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>Bytes the message would have taken.</summary>
    public long Size { get; }

    /// <summary>Bytes a message may take.</summary>
    public int Limit { get; }
}
