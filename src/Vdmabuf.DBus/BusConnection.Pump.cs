using System.Runtime.ExceptionServices;
using System.Text;
using Vdmabuf.Core.Loop;
using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <content>Drives sd-bus from the loop: readiness, timeouts, a bounded number of messages per turn.</content>
public sealed partial class BusConnection
{
    /// <summary>So many messages are handled before the rest of the loop gets its turn.</summary>
    private const int MessagesPerTurn = 64;

    private readonly Queue<FinishedCall> _finished = [];
    private readonly List<PendingCall> _failing = [];
    private IWatch? _watch;
    private int _watchedFd = -1;
    private long _due = long.MaxValue;
    private bool _workQueued = true;
    private bool _processing;
    private bool _timedOut;
    private ExceptionDispatchInfo? _escaped;

    internal void Finish(PendingCall call, Message reply)
    {
        reply.Ref();
        _finished.Enqueue(new FinishedCall(call, reply));
    }

    /// <summary>Unlike a callback's caller, the loop may see exceptions: kept until sd-bus has returned.</summary>
    internal void Escape(Exception exception) => _escaped ??= ExceptionDispatchInfo.Capture(exception);

    internal void UnrefOnLoop(nint message) => _loop.Post(() => new Message(message).Unref());

    private void OnFdReady(PollEvents events) => _workQueued = true;

    private void OnTimer()
    {
        _timedOut = !IsReady;
        _due = long.MaxValue;
        _workQueued = true;
    }

    /// <summary>The loop's hook. True: there is more, do not sleep.</summary>
    private bool Pump()
    {
        if (!_workQueued || _disposed || _end is not null || _processing)
            return false;
        for (int budget = MessagesPerTurn; budget > 0; budget--)
        {
            int result = Process();
            if (_disposed)
            {
                ReleaseNative();
                FailPending(new ObjectDisposedException(nameof(BusConnection)));
                RethrowEscaped();
                return false;
            }
            if (result < 0 || NativeMethods.sd_bus_is_open(_bus) <= 0)
            {
                // Replies that came with the last bytes still count.
                CompleteFinished();
                if (!_disposed)
                    EndBecause(result);
                RethrowEscaped();
                return false;
            }
            if (!IsReady && NativeMethods.sd_bus_is_ready(_bus) > 0)
                BecomeReady();
            CompleteFinished();
            RethrowEscaped();
            if (_disposed)
                return false;
            if (result == 0)
            {
                _workQueued = false;
                UpdateInterest();
                return _workQueued;
            }
        }
        if (QueuedOutgoing > 2 * MaxQueuedOutgoing)
        {
            // Our own sends stop at the limit; what is above are answers sd-bus makes by itself.
            End(DisconnectReason.PeerDoesNotRead, $"Closed the connection: {_peer} keeps calling but does not read the {QueuedOutgoing} messages that wait for it.");
            return false;
        }
        return true;
    }

    private int Process()
    {
        _processing = true;
        int result = NativeMethods.sd_bus_process(_bus, 0);
        _processing = false;
        return result;
    }

    private void BecomeReady()
    {
        IsReady = true;
        if (_onMessageBus)
            UniqueName = Encoding.UTF8.GetString(BusNames.Unique(_bus));
        SendHeld();
        _readiness.TrySetResult();
    }

    private void CompleteFinished()
    {
        while (_finished.TryDequeue(out FinishedCall finished))
        {
            finished.Call.Dispose();
            try
            {
                finished.Call.Complete(finished.Reply);
            }
            finally
            {
                finished.Reply.Unref();
            }
        }
    }

    private void RethrowEscaped()
    {
        if (_escaped is not { } escaped)
            return;
        _escaped = null;
        escaped.Throw();
    }

    /// <summary>After anything that may have queued output or a timeout, and before the loop sleeps.</summary>
    private void UpdateInterest()
    {
        if (_processing || _disposed || _end is not null)
            return;
        int fd = NativeMethods.sd_bus_get_fd(_bus);
        int events = NativeMethods.sd_bus_get_events(_bus);
        if (fd < 0 || events < 0)
        {
            // A send found the peer gone; the next turn of the pump tells.
            QueuePump();
            return;
        }
        if (fd != _watchedFd)
        {
            _watch?.Dispose();
            _watch = _loop.Watch(fd, (PollEvents)events, OnFdReady);
            _watchedFd = fd;
        }
        else
        {
            _watch!.Interest = (PollEvents)events;
        }
        // CLOCK_MONOTONIC in microseconds, as the loop's clock; 0 means at once, all ones means never.
        if (NativeMethods.sd_bus_get_timeout(_bus, out ulong timeout) < 0 || timeout > long.MaxValue)
            timeout = long.MaxValue;
        if ((long)timeout == _due)
            return;
        _due = (long)timeout;
        if (_due == long.MaxValue)
            _timer.Disarm();
        else
            _timer.ArmAt(_due);
    }

    /// <summary>Makes sure the pump runs although the fd may stay silent, also if its hook has run in this turn.</summary>
    private void QueuePump()
    {
        _workQueued = true;
        if (_due == 0)
            return;
        _due = 0;
        _timer.ArmAt(0);
    }

    private void EndBecause(int result)
    {
        bool authenticated = IsReady;
        switch (result)
        {
            case >= 0 when authenticated:
                End(DisconnectReason.PeerClosed, $"The connection ended: {_peer} closed it.");
                break;
            case >= 0 when _timedOut:
                End(DisconnectReason.AuthenticationTimeout, $"The connection ended: {_peer} did not finish the D-Bus handshake in time. Is it a D-Bus server, and is it hung?");
                break;
            case >= 0:
                End(DisconnectReason.ClosedDuringAuthentication, $"The connection ended: {_peer} closed it before the D-Bus handshake was done.");
                break;
            case Errno.Perm when !authenticated:
                End(DisconnectReason.AuthenticationRefused, $"The connection ended: {_peer} refused our identity (EXTERNAL, from the socket's credentials) or did not answer with a D-Bus handshake. A peer on GLib older than 2.73.3 cannot accept it.");
                break;
            default:
                End(DisconnectReason.ProtocolError, $"The connection ended: {_peer} sent something that is not D-Bus: {Errno.Text(result)}.");
                break;
        }
    }

    private readonly record struct FinishedCall(PendingCall Call, Message Reply);
}
