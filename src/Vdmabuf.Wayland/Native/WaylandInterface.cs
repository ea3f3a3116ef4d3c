using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <summary>
/// What libwayland has to know of an interface: name, version and the messages' signatures. The native tables are
/// built when first needed and live as long as the process.
/// </summary>
public sealed unsafe class WaylandInterface
{
    private readonly Func<WaylandInterface?[]> _types;
    private readonly Func<uint, string?> _errorName;
    private volatile NativeInterface* _native;

    /// <summary>Called by generated code.</summary>
    /// <param name="name">The interface's name.</param>
    /// <param name="version">The highest version described.</param>
    /// <param name="requests">The requests, in wire order.</param>
    /// <param name="events">The events, in wire order.</param>
    /// <param name="types">For each argument of all requests, then of all events: the interface it refers to, or null.</param>
    /// <param name="errorName">The name of a protocol error code of the interface, or null.</param>
    public WaylandInterface(
        string name,
        uint version,
        WaylandMessage[] requests,
        WaylandMessage[] events,
        Func<WaylandInterface?[]> types,
        Func<uint, string?> errorName)
    {
        Name = name;
        Version = version;
        Requests = requests;
        Events = events;
        _types = types;
        _errorName = errorName;
    }

    /// <summary>The name under which a compositor announces the interface.</summary>
    public string Name { get; }

    /// <summary>The highest version described.</summary>
    public uint Version { get; }

    internal WaylandMessage[] Requests { get; }

    internal WaylandMessage[] Events { get; }

    internal NativeInterface* Native
    {
        get => _native;
        set => _native = value;
    }

    /// <summary>The protocol's name for an error code of this interface, or null if it has none.</summary>
    public string? ErrorName(uint code) => _errorName(code);

    internal WaylandInterface?[] ReferencedTypes() => _types();

    /// <summary>The native tables, built on first use.</summary>
    // SAFETY: the builder publishes complete tables only, and never frees them.
    internal NativeInterface* GetNative()
    {
        if (_native == null) NativeInterfaceBuilder.Build(this);
        return _native;
    }
}

/// <summary>A request or event as libwayland describes it.</summary>
/// <param name="Name">The name in the protocol.</param>
/// <param name="Signature">The version it came with, if above 1, then a letter for each argument; ? marks optional ones.</param>
public sealed record WaylandMessage(string Name, string Signature)
{
    /// <summary>How many arguments the signature has; a new_id without interface counts as three.</summary>
    public int ArgumentCount
    {
        get
        {
            int count = 0;
            foreach (char letter in Signature)
                if (char.IsAsciiLetterLower(letter)) count++;
            return count;
        }
    }
}
