using System.Diagnostics.CodeAnalysis;
using Vdmabuf.Core.Loop;

namespace Vdmabuf.Wayland;

/// <summary>
/// Runs a connection on an event loop: raises what is queued and sends what was written before the loop sleeps, reads
/// when the socket is readable, and watches for writability only while the socket is full. Nothing blocks and a turn
/// allocates nothing.
/// </summary>
public sealed class WaylandLoopAdapter : IDisposable
{
    private readonly WaylandDisplay _display;
    private readonly IWatch _watch;
    private readonly IDisposable _hook;
    private bool _ended;

    /// <summary>Attaches <paramref name="display"/>, which stays the caller's: dispose this first.</summary>
    public WaylandLoopAdapter(WaylandDisplay display, IEventLoop loop)
    {
        ArgumentNullException.ThrowIfNull(display);
        ArgumentNullException.ThrowIfNull(loop);
        _display = display;
        _watch = loop.Watch(display.Fd, PollEvents.Readable, OnReady);
        _hook = loop.BeforeSleep(OnBeforeSleep);
    }

    /// <summary>
    /// Raised once, when the connection failed or a handler threw. The adapter has detached itself from the loop by
    /// then; the display may be disposed here.
    /// </summary>
    public event Action<Exception>? Failed;

    /// <summary>
    /// True while the compositor does not read: what is sent now collects in this process. A program that could send
    /// without end should wait for <see cref="Drained"/>.
    /// </summary>
    public bool IsClogged { get; private set; }

    /// <summary>The compositor has taken everything that was collected while <see cref="IsClogged"/>.</summary>
    public event Action? Drained;

    /// <summary>Detaches from the loop. The connection stays open.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        _hook.Dispose();
        _watch.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Handed to Failed, whoever threw it.")]
    private bool OnBeforeSleep()
    {
        if (_ended) return false;
        try
        {
            // Whoever else dispatches on this thread may have read events for us, for which the socket is not
            // readable any more.
            int raised = _display.DispatchPending();
            if (_ended) return false;
            FlushResult result = _display.Flush();
            bool wasClogged = IsClogged;
            IsClogged = result is FlushResult.SocketFull;
            _watch.Interest = IsClogged ? PollEvents.Readable | PollEvents.Writable : PollEvents.Readable;
            if (wasClogged && !IsClogged && Drained is { } drained)
            {
                drained();
                return true;
            }

            // Handlers may have posted work or written elsewhere: the other hooks get another look before the sleep.
            return raised > 0;
        }
        catch (Exception error)
        {
            Fail(error);
            return false;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Handed to Failed, whoever threw it.")]
    private void OnReady(PollEvents events)
    {
        // Writability alone needs nothing: the flush before the next sleep uses it.
        if (_ended || (events & ~PollEvents.Writable) == 0) return;
        try
        {
            _display.ReadAndDispatch();
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Fail(Exception error)
    {
        if (_ended) return;
        Dispose();
        Failed?.Invoke(error);
    }
}
