using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <summary>
/// An object of the protocol. Generated classes add requests as methods and events as C# events.
/// </summary>
/// <remarks>
/// A wrapper is unbound, bound or released. While bound it is kept alive by its display, referenced or not, because
/// the compositor may still send it events; dispose it to let go. A released wrapper keeps its handlers and can be
/// bound again by a request that takes one to recycle. Everything happens on the display's one thread.
/// </remarks>
public abstract unsafe partial class WaylandProxy : IDisposable
{
    private readonly WaylandInterface _interface;
    private WaylandDisplay? _display;
    private nint _handle;
    private nint _root;

    /// <summary>Called by generated code.</summary>
    protected WaylandProxy(WaylandInterface type)
    {
        ArgumentNullException.ThrowIfNull(type);
        _interface = type;
    }

    /// <summary>True when the wrapper stands for no object: never bound, disposed, or ended by the compositor.</summary>
    public bool IsReleased => _handle == 0;

    /// <summary>The version at which the object was made; that of the last one for a released wrapper.</summary>
    public uint Version { get; private set; }

    /// <summary>The object's id on the wire.</summary>
    /// <exception cref="ObjectDisposedException">The wrapper is released.</exception>
    public uint Id => NativeMethods.ProxyGetId(RequireHandle());

    /// <summary>The native <c>wl_proxy</c>, for libraries that take one; 0 when released. Not the caller's to destroy.</summary>
    public nint Handle => _handle;

    /// <summary>The connection the object belongs to.</summary>
    /// <exception cref="InvalidOperationException">The wrapper was never bound.</exception>
    public WaylandDisplay Display => _display ?? throw new InvalidOperationException($"this {_interface.Name} was never bound to a connection");

    internal WaylandProxy? Previous { get; set; }

    internal WaylandProxy? Next { get; set; }

    internal WaylandEventQueue? Queue { get; private set; }

    /// <summary>
    /// Has events of this object, and of objects it makes from now on, dispatched by <paramref name="queue"/>;
    /// null means the display's own queue.
    /// </summary>
    public void SetQueue(WaylandEventQueue? queue)
    {
        nint handle = RequireHandle();
        if (queue is not null && !ReferenceEquals(queue.Display, _display))
            throw new ArgumentException("the queue belongs to another connection", nameof(queue));
        NativeMethods.ProxySetQueue(handle, queue?.Handle ?? 0);
        Queue = queue;
    }

    /// <summary>
    /// Destroys the object: by its destroy or release request where the version has one, else on this side only.
    /// Disposing a released wrapper does nothing.
    /// </summary>
    [SuppressMessage("Usage", "CA1816", Justification = "There is no finalizer: a bound wrapper is rooted by its display.")]
    [SuppressMessage("Design", "CA1063", Justification = "The only resource is the proxy, released by one path.")]
    public void Dispose()
    {
        if (_handle == 0) return;
        if (!TryDestroyByRequest()) DestroyLocally();
    }

    /// <inheritdoc/>
    public override string ToString() => _handle == 0 ? $"{_interface.Name} (released)" : $"{_interface.Name}@{Id}";

    /// <summary>Sends the request that destroys the object, if its version has one.</summary>
    protected virtual bool TryDestroyByRequest() => false;

    /// <summary>Raises an event. Called with arguments that libwayland has checked against the interface's table.</summary>
    /// <param name="opcode">The event's number.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="deliver">False: only give back what the arguments own, call no handler.</param>
    protected abstract void DispatchEvent(uint opcode, WaylandArgument* arguments, bool deliver);

    /// <summary>Binds the wrapper to a proxy that libwayland has just made.</summary>
    internal void Bind(nint handle, uint version, WaylandDisplay display, WaylandEventQueue? queue)
    {
        _root = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        Adopted(handle, version, display, queue);

        // SAFETY: the dispatcher gets the root back, which is freed only after the proxy was destroyed.
        if (NativeMethods.ProxyAddDispatcher(handle, &OnEvent, _root, s_marker) != 0)
        {
            DestroyLocally();
            throw new InvalidOperationException($"{_interface.Name}: the proxy has a listener already");
        }

        display.Track(this);
    }

    /// <summary>Makes the wrapper speak for a proxy that somebody else owns and whose events are not ours.</summary>
    internal void Borrow(nint handle, uint version, WaylandDisplay display, WaylandEventQueue? queue) =>
        Adopted(handle, version, display, queue);

    /// <summary>Forgets the proxy without destroying it.</summary>
    internal void Forget() => _handle = 0;

    /// <summary>Destroys the proxy without telling the compositor.</summary>
    internal void DestroyLocally()
    {
        NativeMethods.ProxyDestroy(_handle);
        Released();
    }

    private void Adopted(nint handle, uint version, WaylandDisplay display, WaylandEventQueue? queue)
    {
        _handle = handle;
        Version = version;
        _display = display;
        Queue = queue;
    }

    private void Released()
    {
        _handle = 0;
        Queue = null;
        _display?.Untrack(this);
        if (_root == 0) return;
        GCHandle.FromIntPtr(_root).Free();
        _root = 0;
    }

    private nint RequireHandle()
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        return _handle;
    }
}
