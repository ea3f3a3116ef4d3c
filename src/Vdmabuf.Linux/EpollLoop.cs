using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.Linux.Native;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Linux;

/// <summary>
/// The loop of a VM process: one thread, one epoll instance, one timerfd for all timers, one eventfd for work from
/// other threads. async/await continues on it (<see cref="Run"/> installs a SynchronizationContext). In steady
/// state a turn allocates nothing, and an idle loop sleeps without a timeout.
/// </summary>
public sealed partial class EpollLoop : IEventLoop, IDisposable
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800, MaxEvents = 32;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wake;
    private readonly TimerQueue _timers;
    private readonly List<Func<bool>?> _hooks = [];
    private readonly PostedWork _posted = new();
    private Registration?[] _registrations = new Registration?[16];
    private uint _generation;
    private int _wakePending;

    /// <summary>Creates the loop; nothing runs before <see cref="Run"/>.</summary>
    /// <exception cref="LinuxException">No fd is left.</exception>
    public EpollLoop()
    {
        _epoll = Owned(NativeMethods.EpollCreate(CloseOnExec), "epoll_create1");
        _wake = Owned(NativeMethods.EventFd(0, CloseOnExec | NonBlocking), "eventfd");
        Watch((int)_wake.DangerousGetHandle(), PollEvents.Readable, OnWake);
        _timers = new TimerQueue(this);
    }

    /// <inheritdoc/>
    public long NowMicroseconds => MonotonicClock.Microseconds;

    /// <summary>How often the loop has slept and was woken; idle programs keep it still.</summary>
    public long WakeUps { get; private set; }

    /// <inheritdoc/>
    public ITimer CreateTimer(Action elapsed) => _timers.Create(elapsed);

    /// <inheritdoc/>
    public IDisposable BeforeSleep(Func<bool> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        _hooks.Add(hook);
        return new HookRegistration(this, hook);
    }

    /// <inheritdoc/>
    public unsafe void Post(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _posted.Add(static state => ((Action)state!)(), work);
        Wake();
    }

    /// <summary>
    /// Runs <paramref name="main"/> on the loop until its task ends, and gives its result or exception. Everything it
    /// awaits continues on this thread.
    /// </summary>
    public void Run(Func<Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new LoopContext(this));
        try
        {
            Task task = main();
            if (!task.IsCompleted) task.GetAwaiter().OnCompleted(Wake);
            while (!task.IsCompleted) Turn();
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>One turn: hooks, sleep until something is ready, call the handlers.</summary>
    public unsafe void Turn()
    {
        bool busy = _posted.RunAll();
        for (int i = 0; i < _hooks.Count; i++)
            if (_hooks[i] is { } hook) busy |= hook();
        _hooks.RemoveAll(static hook => hook is null);
        busy |= _posted.HasWork;

        byte* events = stackalloc byte[MaxEvents * 16];
        // SAFETY: room for MaxEvents events of at most 16 bytes each.
        int count = NativeMethods.EpollWait((int)_epoll.DangerousGetHandle(), events, MaxEvents, busy ? 0 : -1);
        if (count < 0)
        {
            if (Marshal.GetLastPInvokeError() == Errno.Interrupted) return;
            throw LinuxException.Last("epoll_wait");
        }
        if (!busy) WakeUps++;
        for (int i = 0; i < count; i++)
        {
            byte* entry = events + (i * EventSize);
            var ready = (PollEvents)Marshal.ReadInt32((nint)entry);
            ulong token = (ulong)Marshal.ReadInt64((nint)(entry + DataOffset));
            // A handler called earlier in this turn may have ended this registration: then its generation differs.
            Registration? registration = _registrations[(int)(token & 0xffff_ffff)];
            if (registration is not null && registration.Token == token) registration.Ready(ready);
        }
    }

    /// <summary>Closes the loop's own fds; whatever is watched stays open.</summary>
    public void Dispose()
    {
        _timers.Dispose();
        _wake.Dispose();
        _epoll.Dispose();
    }

    private static SafeFileHandle Owned(int fd, string what) =>
        fd < 0 ? throw LinuxException.Last(what) : new SafeFileHandle(fd, ownsHandle: true);

    private unsafe void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) != 0 || _wake.IsClosed) return;
        ulong one = 1;
        // SAFETY: an eventfd takes exactly one 64-bit word.
        _ = NativeMethods.Write((int)_wake.DangerousGetHandle(), &one, 8);
    }

    private unsafe void OnWake(PollEvents ready)
    {
        ulong count;
        // SAFETY: an eventfd gives exactly one 64-bit word.
        _ = NativeMethods.Read((int)_wake.DangerousGetHandle(), &count, 8);
        Volatile.Write(ref _wakePending, 0);
    }

    private sealed class HookRegistration(EpollLoop loop, Func<bool> hook) : IDisposable
    {
        public void Dispose()
        {
            // Only marked: the list may be under iteration. Turn() sweeps.
            int index = loop._hooks.IndexOf(hook);
            if (index >= 0) loop._hooks[index] = null;
        }
    }

    private sealed class LoopContext(EpollLoop loop) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            loop._posted.Add(d, state);
            loop.Wake();
        }

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("nothing may wait for the loop from another thread; use Post");
    }
}
