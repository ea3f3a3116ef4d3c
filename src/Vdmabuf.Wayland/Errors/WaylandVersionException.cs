namespace Vdmabuf.Wayland;

/// <summary>A request is newer than the version at which the object was bound.</summary>
public sealed class WaylandVersionException : WaylandException
{
    internal WaylandVersionException(string interfaceName, string request, uint since, uint bound)
        : base($"{interfaceName}.{request} exists since version {since}, the object has version {bound}; check Version before calling it")
    {
        InterfaceName = interfaceName;
        Request = request;
        Since = since;
        Bound = bound;
    }

    /// <summary>The interface.</summary>
    public string InterfaceName { get; }

    /// <summary>The request, by its name in the protocol.</summary>
    public string Request { get; }

    /// <summary>The version that has it.</summary>
    public uint Since { get; }

    /// <summary>The version the object has.</summary>
    public uint Bound { get; }
}
