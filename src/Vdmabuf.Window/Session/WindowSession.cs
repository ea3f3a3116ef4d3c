using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Loop;
using Vdmabuf.Wayland;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Session;

/// <summary>The compositor lacks an interface without which no window can be shown.</summary>
public sealed class CompositorException : Exception
{
    internal CompositorException(string message) : base(message) { }
}

/// <summary>
/// One connection to a compositor and what it offers. Windows, buffers and input all hang on it; when it breaks,
/// <see cref="Failed"/> is raised once and nothing here is usable any more.
/// </summary>
public sealed class WindowSession : IDisposable
{
    private readonly WaylandDisplay _display;
    private readonly WaylandLoopAdapter _adapter;
    private readonly WlRegistry _registry;
    private readonly string _name;
    private bool _disposed;
    private readonly Dictionary<uint, string> _names = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WindowSession(IEventLoop loop, WaylandDisplay display, string name, ILogger log)
    {
        _name = name;
        Loop = loop;
        Log = log;
        _display = display;
        Globals = new CompositorGlobals();
        _registry = display.GetRegistry();
        _registry.Global += OnGlobal;
        _registry.GlobalRemove += OnGlobalRemove;
        _adapter = new WaylandLoopAdapter(display, loop);
        _adapter.Failed += OnFailed;
        _adapter.Drained += () => Drained?.Invoke();
        // The first answer says that all globals are bound, the second that they have told what they are about: without
        // it the first buffer would be judged before formats and devices are known.
        WlCallback bound = display.Sync();
        bound.Done += _ =>
        {
            WlCallback told = display.Sync();
            told.Done += _ => OnGlobalsKnown();
        };
    }

    /// <summary>Raised once when the connection is lost: a protocol error, or the compositor went away.</summary>
    public event Action<Exception>? Failed;

    /// <summary>The loop everything runs on.</summary>
    public IEventLoop Loop { get; }

    /// <summary>The bound globals.</summary>
    public CompositorGlobals Globals { get; }

    internal ILogger Log { get; }

    internal WaylandDisplay Display => _display;

    /// <summary>Null until the connection failed; then why.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Connects and binds the globals.</summary>
    /// <param name="loop">The loop to run on.</param>
    /// <param name="name">Socket name or path; null for WAYLAND_DISPLAY.</param>
    /// <param name="log">Where events are told.</param>
    /// <exception cref="WaylandConnectException">No compositor answers there.</exception>
    /// <exception cref="CompositorException">It lacks what a window needs.</exception>
    public static async Task<WindowSession> ConnectAsync(IEventLoop loop, string? name, ILogger log)
    {
        var session = new WindowSession(loop, WaylandDisplay.Connect(name), name ?? Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") ?? "wayland-0", log);
        try
        {
            await session._ready.Task.ConfigureAwait(true);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Writes what is queued to the socket now, for a frame that should not wait for the loop's turn to end.</summary>
    internal void Flush()
    {
        if (IsDead) return;
        try
        {
            _display.Flush();
        }
        catch (WaylandException)
        {
            // The next look at the connection, in this same turn, finds the reason and raises Failed.
        }
    }

    /// <summary>Nothing can be shown on this connection any more.</summary>
    internal bool IsDead => _disposed || Failure is not null;

    /// <summary>The compositor does not read at the moment; <see cref="Drained"/> tells when it has caught up.</summary>
    internal bool IsClogged => _adapter.IsClogged;

    /// <summary>The compositor has read all that waited for it.</summary>
    internal event Action? Drained;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _adapter.Dispose();
        Globals.Dispose();
        _registry.Dispose();
        _display.Dispose();
    }

    private void OnGlobal(uint name, string iface, uint version)
    {
        if (Globals.TryBind(_registry, name, iface, version)) _names[name] = iface;
    }

    private void OnGlobalRemove(uint name)
    {
        if (_names.Remove(name)) Globals.Remove(name);
    }

    private void OnGlobalsKnown()
    {
        if (Globals.Missing() is { } missing)
            _ready.TrySetException(new CompositorException(
                $"the compositor does not offer {missing}, which every window needs; is {_name} a desktop compositor?"));
        else
            _ready.TrySetResult();
    }

    private void OnFailed(Exception error)
    {
        Failure = error;
        _ready.TrySetException(error);
        Failed?.Invoke(error);
    }
}
