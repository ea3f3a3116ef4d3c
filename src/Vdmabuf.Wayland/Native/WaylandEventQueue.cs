using Vdmabuf.Wayland.Native;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland;

/// <summary>
/// Events kept apart from the display's own, for instance to wait for some objects without raising the events of
/// all others. The display's reading fills it; only its own <see cref="DispatchPending"/> empties it.
/// </summary>
public sealed class WaylandEventQueue : IDisposable
{
    private bool _dispatching;

    internal WaylandEventQueue(WaylandDisplay display, nint handle)
    {
        Display = display;
        Handle = handle;
    }

    /// <summary>The connection.</summary>
    public WaylandDisplay Display { get; }

    /// <summary>The native <c>wl_event_queue</c>; 0 once disposed.</summary>
    public nint Handle { get; private set; }

    /// <summary>Creates a registry whose events, and whose objects' events, go to this queue from the start.</summary>
    public WlRegistry GetRegistry()
    {
        nint wrapper = NativeMethods.ProxyCreateWrapper(RequireHandle(Display.RequireHandle()));
        if (wrapper == 0) throw Display.CreateError();
        NativeMethods.ProxySetQueue(wrapper, Handle);
        WlDisplay proxy = WlDisplay.CreateUnbound();
        proxy.Borrow(wrapper, 1, Display, this);
        try
        {
            return proxy.GetRegistry();
        }
        finally
        {
            proxy.Forget();
            NativeMethods.ProxyWrapperDestroy(wrapper);
        }
    }

    /// <summary>Raises the events that were read already.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="WaylandException">The connection failed. What a handler throws comes out as well.</exception>
    public int DispatchPending()
    {
        nint display = RequireHandle(Display.RequireHandle());
        Display.ThrowIfFaulted();
        _dispatching = true;
        int result = NativeMethods.DisplayDispatchQueuePending(display, Handle);
        _dispatching = false;
        return Display.Finish(result);
    }

    /// <summary>Blocks until the compositor has handled everything so far, raising events of this queue only.</summary>
    /// <exception cref="WaylandException">The connection failed. What a handler throws comes out as well.</exception>
    public void Roundtrip()
    {
        nint display = RequireHandle(Display.RequireHandle());
        Display.ThrowIfFaulted();
        _dispatching = true;
        int result = NativeMethods.DisplayRoundtripQueue(display, Handle);
        _dispatching = false;
        Display.Finish(result);
    }

    /// <summary>Drops the queue and the events in it; its objects go over to the display's own queue.</summary>
    /// <exception cref="InvalidOperationException">The queue is being dispatched: libwayland still walks it.</exception>
    public void Dispose()
    {
        if (Handle == 0) return;
        if (_dispatching)
            throw new InvalidOperationException("a queue cannot be disposed by a handler of its own events; do it after DispatchPending returned");
        Display.Leave(this);
        NativeMethods.EventQueueDestroy(Handle);
        Handle = 0;
    }

    private nint RequireHandle(nint display)
    {
        ObjectDisposedException.ThrowIf(Handle == 0, this);
        return display;
    }
}
