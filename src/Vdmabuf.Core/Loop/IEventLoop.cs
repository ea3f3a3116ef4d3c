namespace Vdmabuf.Core.Loop;

/// <summary>
/// The one loop of a VM process. Two implementations exist: the epoll loop of <c>Vdmabuf.Linux</c> and the
/// virtual-time loop of the tests. Every member may be used on the loop's thread only, except <see cref="Post"/>.
/// </summary>
public interface IEventLoop
{
    /// <summary>CLOCK_MONOTONIC in microseconds. Never wall time, never compared across machines.</summary>
    long NowMicroseconds { get; }

    /// <summary>
    /// Calls <paramref name="ready"/> whenever <paramref name="fd"/> is ready (level-triggered). The fd stays the
    /// caller's: dispose the watch before closing it.
    /// </summary>
    /// <exception cref="IOException">The fd cannot be polled (a regular file) or is watched already.</exception>
    IWatch Watch(int fd, PollEvents interest, Action<PollEvents> ready);

    /// <summary>A disarmed one-shot timer. Arming and disarming allocate nothing.</summary>
    ITimer CreateTimer(Action elapsed);

    /// <summary>
    /// Calls <paramref name="hook"/> each time before the loop may sleep, until the result is disposed: the place
    /// to flush what was written in this turn and to dispatch what is queued already. A hook that queued more
    /// work for itself returns true, and the loop does not sleep in that turn.
    /// </summary>
    IDisposable BeforeSleep(Func<bool> hook);

    /// <summary>Runs <paramref name="work"/> on the loop's thread, in order. Callable from any thread.</summary>
    void Post(Action work);
}

/// <summary>What poll(2) tells of an fd, in its own bit values.</summary>
[Flags]
public enum PollEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Readable (EPOLLIN).</summary>
    Readable = 0x1,

    /// <summary>Writable (EPOLLOUT).</summary>
    Writable = 0x4,

    /// <summary>An error is pending (EPOLLERR); always reported.</summary>
    Error = 0x8,

    /// <summary>The peer is gone (EPOLLHUP); always reported.</summary>
    HangUp = 0x10,
}

/// <summary>A registration with the loop; disposing it ends it. The fd itself is not closed.</summary>
public interface IWatch : IDisposable
{
    /// <summary>What to wait for; setting the value it has costs no system call.</summary>
    PollEvents Interest { get; set; }
}

/// <summary>A one-shot timer of the loop.</summary>
public interface ITimer : IDisposable
{
    /// <summary>Whether the timer is due to fire.</summary>
    bool IsArmed { get; }

    /// <summary>Fires once at <paramref name="dueMicroseconds"/> (the loop's clock); re-arming replaces.</summary>
    void ArmAt(long dueMicroseconds);

    /// <summary>Makes sure that the timer does not fire.</summary>
    void Disarm();
}
