namespace Vdmabuf.Wayland;

/// <summary>The compositor lacks a global that cannot be done without, or has it in too old a version.</summary>
public sealed class WaylandGlobalMissingException : WaylandException
{
    internal WaylandGlobalMissingException(string interfaceName, uint needed, uint offered)
        : base($"the compositor offers {(offered == 0 ? $"no {interfaceName}" : $"{interfaceName} in version {offered}")}, "
            + $"version {needed} is needed; use a compositor that has it")
    {
        InterfaceName = interfaceName;
        NeededVersion = needed;
        OfferedVersion = offered;
    }

    /// <summary>The interface.</summary>
    public string InterfaceName { get; }

    /// <summary>The version needed.</summary>
    public uint NeededVersion { get; }

    /// <summary>The version offered; 0 for none.</summary>
    public uint OfferedVersion { get; }
}
