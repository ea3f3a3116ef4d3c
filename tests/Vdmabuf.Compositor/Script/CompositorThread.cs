using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>The thread everything runs on: commands from tests, timers, sockets.</summary>
#pragma warning disable CA1001 // Stop ends it: joining a thread is more than disposing.
internal sealed class CompositorThread
#pragma warning restore CA1001
{
    private readonly object _gate = new();
    private readonly Queue<Action<Exception?>> _commands = new();
    private readonly PriorityQueue<Action, long> _timers = new();
    private readonly SafeFileHandle _wake;
    private readonly SafeFileHandle _listener;
    private readonly Thread _thread;
    private readonly ScriptedCompositor _owner;
    private Exception? _failure;
    private bool _stopped;

    public CompositorThread(ScriptedCompositor owner, SafeFileHandle listener)
    {
        _owner = owner;
        _listener = listener;
        int wake = Libc.EventFd(0, Libc.SockCloexec | Libc.SockNonblock);
        if (wake < 0)
            throw Libc.Failure("eventfd");
        _wake = new SafeFileHandle(wake, ownsHandle: true);
        _thread = new Thread(Run) { IsBackground = true, Name = "scripted compositor" };
    }

    public Exception? Failure => _failure;

    public static long Now => Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);

    public void Start() => _thread.Start();

    /// <summary>Runs on the compositor's thread; at once when called there.</summary>
    public Task<T> InvokeAsync<T>(Func<T> work)
    {
        if (Thread.CurrentThread == _thread)
            return Task.FromResult(work());
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_stopped)
                return Task.FromException<T>(Ended());
            _commands.Enqueue(refusal =>
            {
                if (refusal is not null)
                {
                    done.SetException(refusal);
                    return;
                }
                try
                {
                    done.SetResult(work());
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    done.SetException(e);
                }
            });
        }
        Wake();
        return done.Task;
    }

    /// <summary>Compositor thread only.</summary>
    public void At(long nanoseconds, Action action) => _timers.Enqueue(action, nanoseconds);

    public void Stop()
    {
        lock (_gate)
            _stopped = true;
        Wake();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
        _wake.Dispose();
    }

    // SAFETY: eight bytes on the stack, as eventfd demands. A full counter still wakes.
    private unsafe void Wake()
    {
        ulong one = 1;
        _ = Libc.Write((int)_wake.DangerousGetHandle(), &one, sizeof(ulong));
    }

    private ObjectDisposedException Ended() => new($"The scripted compositor ended{(_failure is null ? "" : ": " + _failure)}");

    private void Run()
    {
        try
        {
            while (true)
            {
                RunCommands();
                RunTimers();
                foreach (Client client in _owner.ClientArray)
                    client.Flush();
                _owner.CheckWaiters();
                lock (_gate)
                {
                    if (_stopped)
                        break;
                }
                Wait();
            }
        }
#pragma warning disable CA1031 // Whatever breaks the compositor must reach the test that waits for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
            lock (_gate)
                _stopped = true;
        }
        foreach (Client client in _owner.ClientArray)
            client.Close(orderly: false);
        while (TakeCommand() is { } command)
            command(Ended());
        _owner.FailWaiters(Ended());
    }

    private Action<Exception?>? TakeCommand()
    {
        lock (_gate)
            return _commands.TryDequeue(out Action<Exception?>? command) ? command : null;
    }

    private void RunCommands()
    {
        while (TakeCommand() is { } command)
            command(null);
    }

    private void RunTimers()
    {
        long now = Now;
        while (_timers.TryPeek(out _, out long due) && due <= now)
            _timers.Dequeue()();
    }

    // SAFETY: the poll array is pinned by stackalloc for the call and has as many entries as are passed.
    private unsafe void Wait()
    {
        Client[] clients = _owner.ClientArray;
        Span<Libc.PollFd> fds = stackalloc Libc.PollFd[2 + Math.Min(clients.Length, 64)];
        fds[0] = new Libc.PollFd { Fd = (int)_wake.DangerousGetHandle(), Events = Libc.PollIn };
        fds[1] = new Libc.PollFd { Fd = (int)_listener.DangerousGetHandle(), Events = Libc.PollIn };
        for (int i = 2; i < fds.Length; i++)
        {
            Client client = clients[i - 2];
            short events = (short)((client.ReadingStopped ? 0 : Libc.PollIn) | (client.HasOutput ? Libc.PollOut : 0));
            // A hang-up is always reported; a client that is not read must not turn that into a busy loop.
            fds[i] = new Libc.PollFd { Fd = events == 0 ? -1 : client.Fd, Events = events };
        }
        Libc.TimeSpec wait = default;
        bool bounded = _timers.TryPeek(out _, out long due);
        if (bounded)
        {
            long left = Math.Max(0, due - Now);
            wait = new Libc.TimeSpec { Seconds = (nint)(left / 1_000_000_000), Nanoseconds = (nint)(left % 1_000_000_000) };
        }
        fixed (Libc.PollFd* p = fds)
        {
            if (Libc.Poll(p, (nuint)fds.Length, bounded ? &wait : null, null) < 0)
            {
                if (Libc.Errno == Libc.EIntr)
                    return;
                throw Libc.Failure("ppoll");
            }
        }
        if (fds[0].Revents != 0)
        {
            ulong count;
            _ = Libc.Read(fds[0].Fd, &count, sizeof(ulong));
        }
        for (int i = 2; i < fds.Length; i++)
        {
            Client client = clients[i - 2];
            if ((fds[i].Revents & (Libc.PollIn | Libc.PollHup | Libc.PollErr)) != 0 && !client.IsGone && !client.ReadingStopped)
                client.Read();
        }
        if (fds[1].Revents != 0)
        {
            int accepted = Libc.Accept(fds[1].Fd, null, null, Libc.SockCloexec | Libc.SockNonblock);
            if (accepted >= 0)
                _owner.AddClient(new SafeFileHandle(accepted, ownsHandle: true));
        }
    }
}
