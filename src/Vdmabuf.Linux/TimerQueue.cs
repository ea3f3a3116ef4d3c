using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.Linux.Native;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Linux;

/// <summary>
/// All timers of a loop over one timerfd. A VM process has about ten, so the next one is found by looking at each;
/// the kernel is told only when the earliest one moves forward.
/// </summary>
internal sealed class TimerQueue : IDisposable
{
    private readonly EpollLoop _loop;
    private readonly SafeFileHandle _fd;
    private readonly IWatch _watch;
    private readonly List<Timer> _timers = [];
    private long _programmed = long.MaxValue;

    internal TimerQueue(EpollLoop loop)
    {
        _loop = loop;
        int fd = NativeMethods.TimerFdCreate(1, 0x80000 | 0x800);
        if (fd < 0) throw LinuxException.Last("timerfd_create");
        _fd = new SafeFileHandle(fd, ownsHandle: true);
        _watch = loop.Watch(fd, PollEvents.Readable, OnElapsed);
    }

    internal ITimer Create(Action elapsed)
    {
        ArgumentNullException.ThrowIfNull(elapsed);
        var timer = new Timer(this, elapsed);
        _timers.Add(timer);
        return timer;
    }

    public void Dispose()
    {
        _watch.Dispose();
        _fd.Dispose();
    }

    private unsafe void OnElapsed(PollEvents ready)
    {
        ulong expirations;
        // SAFETY: a timerfd gives exactly one 64-bit word.
        _ = NativeMethods.Read((int)_fd.DangerousGetHandle(), &expirations, 8);
        _programmed = long.MaxValue;
        long now = _loop.NowMicroseconds;
        // Handlers may create, arm and dispose of timers: new ones come at the end, disposed ones leave afterwards.
        for (int i = 0; i < _timers.Count; i++)
            _timers[i].FireIfDue(now);
        long next = long.MaxValue;
        for (int i = _timers.Count - 1; i >= 0; i--)
        {
            if (_timers[i].IsDisposed) _timers.RemoveAt(i);
            else next = Math.Min(next, _timers[i].Due);
        }
        Program(next);
    }

    private unsafe void Program(long due)
    {
        if (due >= _programmed || _fd.IsClosed) return;
        _programmed = due;
        // A value of zero would disarm; the past fires at once.
        long at = Math.Max(due, 1);
        var spec = new TimerSpec { Value = new TimeSpec { Seconds = (nint)(at / 1_000_000), Nanoseconds = (nint)(at % 1_000_000 * 1000) } };
        // SAFETY: spec is a whole itimerspec; 1 = TFD_TIMER_ABSTIME.
        if (NativeMethods.TimerFdSetTime((int)_fd.DangerousGetHandle(), 1, &spec, null) != 0) throw LinuxException.Last("timerfd_settime");
    }

    private sealed class Timer(TimerQueue queue, Action elapsed) : ITimer
    {
        public long Due { get; private set; } = long.MaxValue;

        public bool IsDisposed { get; private set; }

        public bool IsArmed => Due != long.MaxValue;

        public void ArmAt(long dueMicroseconds)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            Due = Math.Min(dueMicroseconds, long.MaxValue - 1);
            queue.Program(Due);
        }

        // The kernel keeps its time: one early wake-up costs less than a system call for each disarming.
        public void Disarm() => Due = long.MaxValue;

        public void FireIfDue(long now)
        {
            if (Due > now) return;
            Due = long.MaxValue;
            elapsed();
        }

        public void Dispose()
        {
            Disarm();
            IsDisposed = true;
        }
    }
}
