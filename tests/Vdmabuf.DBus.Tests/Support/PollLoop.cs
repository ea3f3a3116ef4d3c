using System.Runtime.ExceptionServices;
using Vdmabuf.Core.Loop;

namespace Vdmabuf.DBus.Tests.Support;

/// <summary>A poll(2) loop that runs one test on the calling thread, with async/await staying on it.</summary>
internal sealed class PollLoop : SynchronizationContext, IEventLoop
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly List<Watcher> _watchers = [];
    private readonly List<Timer> _timers = [];
    private readonly List<Hook> _hooks = [];
    private readonly Queue<Action> _posted = [];
    private readonly Lock _lock = new();
    private Libc.PollFd[] _pollFds = [];
    private bool _busy;

    public long NowMicroseconds => Libc.MonotonicMicroseconds();

    /// <summary>Turns that ended in poll with a zero timeout because a hook had more to do.</summary>
    public int BusyTurns { get; private set; }

    public int WatchCount => _watchers.Count;

    public int HookCount => _hooks.Count;

    /// <summary>Runs <paramref name="test"/> to its end; fails when that takes too long.</summary>
    public static void Run(Func<PollLoop, Task> test)
    {
        PollLoop loop = new();
        SynchronizationContext? before = Current;
        SetSynchronizationContext(loop);
        try
        {
            Task task = test(loop);
            loop.RunUntil(() => task.IsCompleted);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public void RunUntil(Func<bool> done)
    {
        long end = NowMicroseconds + (long)Deadline.TotalMicroseconds;
        while (!done())
        {
            if (NowMicroseconds > end)
                throw new TimeoutException("The condition was not met in time.");
            Turn();
        }
    }

    /// <summary>Waits asynchronously until <paramref name="done"/> holds.</summary>
    public async Task Until(Func<bool> done)
    {
        long end = NowMicroseconds + (long)Deadline.TotalMicroseconds;
        while (!done())
        {
            Assert.True(NowMicroseconds < end, "The condition was not met in time.");
            await Task.Yield();
        }
    }

    /// <summary>One turn: hooks, poll, timers, ready fds, posted work. Allocates nothing by itself when idle.</summary>
    public void Turn()
    {
        int timeout = _busy || PostedCount > 0 ? 0 : 50;
        long now = NowMicroseconds;
        for (int i = 0; i < _timers.Count; i++)
        {
            if (_timers[i].IsArmed)
                timeout = (int)Math.Min(timeout, Math.Max(0, (_timers[i].Due - now + 999) / 1000));
        }

        int count = _watchers.Count;
        if (_pollFds.Length < count)
            _pollFds = new Libc.PollFd[count * 2];
        for (int i = 0; i < count; i++)
            _pollFds[i] = new Libc.PollFd { Fd = _watchers[i].Fd, Events = (short)_watchers[i].Interest };
        Libc.Poll(_pollFds.AsSpan(0, count), timeout);

        now = NowMicroseconds;
        for (int i = _timers.Count - 1; i >= 0; i--)
            _timers[i].FireIfDue(now);
        for (int i = 0; i < count; i++)
        {
            if (_pollFds[i].Revents == 0)
                continue;
            if ((_pollFds[i].Revents & 0x20) != 0)
                Assert.Fail($"fd {_pollFds[i].Fd} was closed while watched");
            for (int j = 0; j < _watchers.Count; j++)
            {
                if (_watchers[j].Fd == _pollFds[i].Fd)
                {
                    _watchers[j].Ready((PollEvents)_pollFds[i].Revents);
                    break;
                }
            }
        }
        // Work posted by this work waits for the next turn.
        for (int posted = PostedCount; posted > 0 && TryTakePosted(out Action? work); posted--)
            work!();

        // Here rather than at the top, so that a condition met by a hook is seen before the loop sleeps.
        _busy = false;
        for (int i = 0; i < _hooks.Count; i++)
            _busy |= _hooks[i].Run();
        if (_busy)
            BusyTurns++;
    }

    public IWatch Watch(int fd, PollEvents interest, Action<PollEvents> ready)
    {
        if (_watchers.Exists(other => other.Fd == fd))
            throw new IOException($"fd {fd} is watched already.");
        Watcher watcher = new(this, fd, interest, ready);
        _watchers.Add(watcher);
        return watcher;
    }

    public Core.Loop.ITimer CreateTimer(Action elapsed)
    {
        Timer timer = new(this, elapsed);
        _timers.Add(timer);
        return timer;
    }

    public IDisposable BeforeSleep(Func<bool> hook)
    {
        Hook entry = new(this, hook);
        _hooks.Add(entry);
        _busy = true;
        return entry;
    }

    public void Post(Action work)
    {
        lock (_lock)
            _posted.Enqueue(work);
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        Post(() => d(state));
    }

    public override void Send(SendOrPostCallback d, object? state) => ExceptionDispatchInfo.Throw(new NotSupportedException());

    private int PostedCount
    {
        get
        {
            lock (_lock)
                return _posted.Count;
        }
    }

    private bool TryTakePosted(out Action? work)
    {
        lock (_lock)
            return _posted.TryDequeue(out work);
    }

    private sealed class Watcher(PollLoop loop, int fd, PollEvents interest, Action<PollEvents> ready) : IWatch
    {
        public int Fd => fd;

        public Action<PollEvents> Ready => ready;

        public PollEvents Interest { get; set; } = interest;

        public void Dispose() => loop._watchers.Remove(this);
    }

    private sealed class Timer(PollLoop loop, Action elapsed) : Core.Loop.ITimer
    {
        public bool IsArmed { get; private set; }

        public long Due { get; private set; }

        public void ArmAt(long dueMicroseconds)
        {
            IsArmed = true;
            Due = dueMicroseconds;
        }

        public void Disarm() => IsArmed = false;

        public void FireIfDue(long now)
        {
            if (!IsArmed || Due > now)
                return;
            IsArmed = false;
            elapsed();
        }

        public void Dispose()
        {
            IsArmed = false;
            loop._timers.Remove(this);
        }
    }

    private sealed class Hook(PollLoop loop, Func<bool> run) : IDisposable
    {
        public Func<bool> Run => run;

        public void Dispose() => loop._hooks.Remove(this);
    }
}
