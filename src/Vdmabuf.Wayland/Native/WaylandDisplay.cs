using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Native;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland;

/// <summary>
/// A connection to a compositor. One thread uses it and all its objects: the thread that dispatches.
/// </summary>
/// <remarks>
/// Requests are collected and sent by <see cref="Flush"/>. Events are read by <see cref="ReadAndDispatch"/> once
/// <see cref="Fd"/> is readable, and raised from there. A connection that failed stays failed: requests go nowhere,
/// dispatching throws the reason again. When a handler throws, the events that were read with its own are dropped
/// (their fds closed, their objects destroyed), so the objects no longer agree with the compositor: the connection
/// counts as failed, and every later dispatch throws the same exception.
/// </remarks>
public sealed unsafe partial class WaylandDisplay : IDisposable
{
    private readonly WlDisplay _proxy = WlDisplay.CreateUnbound();
    private readonly List<WaylandEventQueue> _queues = [];
    private WaylandProxy? _objects;
    private ExceptionDispatchInfo? _fault;
    private WaylandException? _reason;
    private nint _handle;
    private int _handlerDepth;
    private bool _closing;

    private WaylandDisplay(nint handle)
    {
        _handle = handle;
        _proxy.Borrow(handle, 1, this, null);

        // The error names of wl_display are looked up by name like all others.
        _ = WlDisplay.Interface.GetNative();
    }

    /// <summary>The native <c>wl_display</c>, for libraries that share the connection. Not the caller's to disconnect.</summary>
    public nint Handle => _handle;

    /// <summary>The socket, to be polled. Owned by the connection.</summary>
    public int Fd => NativeMethods.DisplayGetFd(RequireHandle());

    /// <summary>True once a handler has thrown or the stream ended within a message; see the remarks on the class.</summary>
    public bool IsFaulted => _fault is not null;

    /// <summary>
    /// Connects to a compositor: to the socket <paramref name="name"/>, else as WAYLAND_SOCKET or WAYLAND_DISPLAY say.
    /// </summary>
    /// <exception cref="WaylandConnectException">Nobody is there.</exception>
    public static WaylandDisplay Connect(string? name = null)
    {
        WaylandLog.Install();
        (string target, string nextStep) = DescribeTarget(name);
        nint handle = NativeMethods.DisplayConnect(name);
        if (handle == 0) throw new WaylandConnectException(target, Marshal.GetLastPInvokeError(), nextStep);
        return new WaylandDisplay(handle);
    }

    /// <summary>Speaks over a connected socket. Takes ownership of <paramref name="fd"/>, also on failure.</summary>
    /// <exception cref="WaylandConnectException">libwayland refused the fd.</exception>
    public static WaylandDisplay ConnectFd(SafeFileHandle fd)
    {
        ArgumentNullException.ThrowIfNull(fd);
        ObjectDisposedException.ThrowIf(fd.IsClosed, fd);
        if (fd.IsInvalid) throw new ArgumentException("the handle holds no fd", nameof(fd));
        WaylandLog.Install();
        int number = (int)fd.DangerousGetHandle();

        // From the call on libwayland owns the number: it closes it on failure as well.
        fd.SetHandleAsInvalid();
        nint handle = NativeMethods.DisplayConnectToFd(number);
        if (handle == 0)
            throw new WaylandConnectException($"fd {number}", Marshal.GetLastPInvokeError(), "pass a connected stream socket");
        return new WaylandDisplay(handle);
    }

    /// <summary>Creates a registry. The compositor answers with all globals.</summary>
    public WlRegistry GetRegistry() => Proxy.GetRegistry();

    /// <summary>Creates a callback that is done once the compositor has handled all requests so far.</summary>
    public WlCallback Sync() => Proxy.Sync();

    /// <summary>The same with a released wrapper, allocating nothing.</summary>
    public void Sync(WlCallback recycled) => Proxy.Sync(recycled);

    /// <summary>A separate queue, for objects whose events must not be raised with the others.</summary>
    public WaylandEventQueue CreateQueue()
    {
        nint queue = NativeMethods.DisplayCreateQueue(RequireHandle());
        if (queue == 0) throw CreateError();
        var result = new WaylandEventQueue(this, queue);
        _queues.Add(result);
        return result;
    }

    /// <summary>
    /// Destroys all objects on this side and closes the connection. Requests not yet flushed are lost. Called from a
    /// handler, it closes the socket once libwayland has returned; until then nothing more is raised.
    /// </summary>
    public void Dispose()
    {
        if (_handle == 0) return;
        while (_objects is not null) _objects.DestroyLocally();
        _closing = true;
        if (_handlerDepth == 0) Disconnect();
    }

    private void Disconnect()
    {
        while (_queues.Count > 0) _queues[^1].Dispose();
        _proxy.Forget();
        NativeMethods.DisplayDisconnect(_handle);
        _handle = 0;
    }

    internal void Track(WaylandProxy proxy)
    {
        proxy.Next = _objects;
        proxy.Previous = null;
        if (_objects is not null) _objects.Previous = proxy;
        _objects = proxy;
    }

    internal void Untrack(WaylandProxy proxy)
    {
        if (proxy.Previous is not null) proxy.Previous.Next = proxy.Next;
        else if (ReferenceEquals(_objects, proxy)) _objects = proxy.Next;
        if (proxy.Next is not null) proxy.Next.Previous = proxy.Previous;
        proxy.Next = proxy.Previous = null;
    }

    /// <summary>Moves the objects of a queue that is about to go back to the display's own.</summary>
    internal void Leave(WaylandEventQueue queue)
    {
        for (WaylandProxy? proxy = _objects; proxy is not null; proxy = proxy.Next)
            if (ReferenceEquals(proxy.Queue, queue)) proxy.SetQueue(null);
        _queues.Remove(queue);
    }

    /// <summary>Keeps what a handler threw until libwayland has returned; the first one counts.</summary>
    internal void Fault(Exception error) => _fault ??= ExceptionDispatchInfo.Capture(error);

    /// <summary>libwayland is about to be in the middle of its own lists: the connection must not be freed.</summary>
    internal void EnterHandler() => _handlerDepth++;

    internal void LeaveHandler() => _handlerDepth--;

    internal nint RequireHandle()
    {
        ObjectDisposedException.ThrowIf(_handle == 0 || _closing, this);
        return _handle;
    }

    private WlDisplay Proxy
    {
        get
        {
            RequireHandle();
            return _proxy;
        }
    }

    [SuppressMessage("Globalization", "CA1307", Justification = "A path is compared by its bytes.")]
    private static (string Target, string NextStep) DescribeTarget(string? name)
    {
        const string Start = "start a Wayland compositor, or set WAYLAND_DISPLAY to the name of its socket";
        if (name is null && Environment.GetEnvironmentVariable("WAYLAND_SOCKET") is { Length: > 0 } inherited)
            return ($"the inherited fd {inherited} (WAYLAND_SOCKET)", "unset WAYLAND_SOCKET if nobody passed that fd on");
        string socket = name ?? Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") ?? "wayland-0";
        if (socket.StartsWith('/')) return (socket, Start);
        string? folder = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(folder)
            ? ($"'{socket}' without a folder", "set XDG_RUNTIME_DIR, usually to /run/user/<uid>")
            : ($"{folder}/{socket}", Start);
    }
}
