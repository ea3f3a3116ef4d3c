using System.Diagnostics.CodeAnalysis;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland;

/// <summary>
/// What the compositor offers now. Create it, do a round trip (or wait for a sync callback), then bind.
/// </summary>
public sealed class WaylandGlobals : IDisposable
{
    private readonly WlRegistry _registry;
    private readonly List<WaylandGlobal> _all = [];

    /// <summary>Watches the globals through <paramref name="registry"/>, which it owns from here on.</summary>
    public WaylandGlobals(WlRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
        registry.Global += OnGlobal;
        registry.GlobalRemove += OnGlobalRemove;
    }

    /// <summary>Watches the globals of <paramref name="display"/>.</summary>
    public WaylandGlobals(WaylandDisplay display)
        : this((display ?? throw new ArgumentNullException(nameof(display))).GetRegistry())
    {
    }

    /// <summary>A global appeared.</summary>
    public event Action<WaylandGlobal>? GlobalAdded;

    /// <summary>A global went away. What was bound to it stays valid and should be disposed.</summary>
    public event Action<WaylandGlobal>? GlobalRemoved;

    /// <summary>All globals, in the order of their announcement.</summary>
    public IReadOnlyList<WaylandGlobal> All => _all;

    /// <summary>The first global of an interface.</summary>
    public bool TryFind(string interfaceName, out WaylandGlobal global)
    {
        foreach (WaylandGlobal candidate in _all)
        {
            if (candidate.Interface != interfaceName) continue;
            global = candidate;
            return true;
        }

        global = default;
        return false;
    }

    /// <summary>
    /// Binds the first global of <typeparamref name="T"/>'s interface, at the highest version that the compositor,
    /// <paramref name="maxVersion"/> and the class know.
    /// </summary>
    /// <param name="bound">The object, or null.</param>
    /// <param name="minVersion">The version needed; a compositor with less counts as one without.</param>
    /// <param name="maxVersion">The version wanted at most.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryBind<T>([NotNullWhen(true)] out T? bound, uint minVersion = 1, uint maxVersion = uint.MaxValue)
        where T : WaylandProxy, IWaylandInterface<T>
    {
        bound = null;
        if (!TryFind(T.Interface.Name, out WaylandGlobal global)) return false;
        uint version = Math.Min(global.Version, Math.Min(maxVersion, T.Interface.Version));
        if (version < minVersion || version == 0) return false;
        bound = _registry.Bind<T>(global.Name, version);
        return true;
    }

    /// <summary>As <see cref="TryBind"/>, for what cannot be done without.</summary>
    /// <exception cref="WaylandGlobalMissingException">The compositor does not have it, or an older one.</exception>
    public T Bind<T>(uint minVersion = 1, uint maxVersion = uint.MaxValue)
        where T : WaylandProxy, IWaylandInterface<T>
    {
        if (TryBind(out T? bound, minVersion, maxVersion)) return bound;
        TryFind(T.Interface.Name, out WaylandGlobal global);
        throw new WaylandGlobalMissingException(T.Interface.Name, minVersion, global.Version);
    }

    /// <summary>Binds a particular global, such as one of several outputs, at the highest common version.</summary>
    /// <exception cref="ArgumentException">The global is of another interface.</exception>
    public T Bind<T>(WaylandGlobal global, uint maxVersion = uint.MaxValue)
        where T : WaylandProxy, IWaylandInterface<T>
    {
        if (global.Interface != T.Interface.Name)
            throw new ArgumentException($"global {global.Name} is a {global.Interface}, not a {T.Interface.Name}", nameof(global));
        return _registry.Bind<T>(global.Name, Math.Min(global.Version, Math.Min(maxVersion, T.Interface.Version)));
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        _registry.Global -= OnGlobal;
        _registry.GlobalRemove -= OnGlobalRemove;
        _registry.Dispose();
    }

    private void OnGlobal(uint name, string interfaceName, uint version)
    {
        var global = new WaylandGlobal(name, interfaceName, version);
        _all.Add(global);
        GlobalAdded?.Invoke(global);
    }

    private void OnGlobalRemove(uint name)
    {
        int index = _all.FindIndex(global => global.Name == name);
        if (index < 0) return;
        WaylandGlobal gone = _all[index];
        _all.RemoveAt(index);
        GlobalRemoved?.Invoke(gone);
    }
}

/// <summary>A global as announced.</summary>
/// <param name="Name">The number it is bound by.</param>
/// <param name="Interface">Its interface.</param>
/// <param name="Version">The highest version the compositor knows.</param>
public readonly record struct WaylandGlobal(uint Name, string Interface, uint Version);
