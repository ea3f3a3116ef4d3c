namespace Vdmabuf.Wayland;

/// <summary>What generated classes can do without an instance: it makes <c>Bind&lt;T&gt;</c> work without reflection.</summary>
public interface IWaylandInterface<TSelf>
    where TSelf : WaylandProxy, IWaylandInterface<TSelf>
{
    /// <summary>What libwayland has to know of the interface.</summary>
    static abstract WaylandInterface Interface { get; }

    /// <summary>An empty wrapper.</summary>
    static abstract TSelf CreateUnbound();
}
