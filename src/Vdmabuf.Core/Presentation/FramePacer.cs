namespace Vdmabuf.Core.Presentation;

/// <summary>
/// Decides when a frame is committed and when its source is told that it is done. A state machine without clock or
/// timer: the window feeds it events and does what the <see cref="PacerDecision"/> says.
/// </summary>
/// <remarks>
/// <para>Committing: at once while fewer than <see cref="MaxCommitsAhead"/> commits wait for a frame callback, so a
/// frame never waits for one that is older; then the newest frame is kept and replaces the one kept before. A hidden
/// window commits nothing and catches up when it is shown.</para>
/// <para>Acknowledging: QEMU holds the guest until a frame is answered, and gives up after a second (spec: QEMU D-Bus
/// display §5.4). A committed frame is done with the next frame callback, or one refresh period and a margin after the
/// commit; a frame that cannot be committed is done <see cref="HeldAckDelay"/> after it came. No frame waits longer
/// than <see cref="MaxAckDelay"/>, given that the deadlines are kept.</para>
/// <para>A frame callback counts for all commits made before it arrived. The compositor may have sent it just before
/// it read the last of them; that frame is then done up to one refresh early, which costs nothing: an
/// acknowledgement paces the guest, it releases no buffer.</para>
/// </remarks>
public sealed class FramePacer
{
    /// <summary>The deadline of a decision that needs no timer.</summary>
    public const long NoDeadline = long.MaxValue;

    /// <summary>Commits that may be under way without a frame callback since.</summary>
    public const int MaxCommitsAhead = 2;

    /// <summary>Refresh period while none is known: 60 Hz. Microseconds.</summary>
    public const long DefaultRefreshPeriod = 16_667;

    /// <summary>How much later than a refresh period a frame callback may come and still beat the deadline. Microseconds.</summary>
    public const long CallbackMargin = 2_000;

    /// <summary>When a frame that cannot be committed is done, counted from its arrival. Microseconds.</summary>
    public const long HeldAckDelay = 25_000;

    /// <summary>The longest any frame that needs an acknowledgement waits for it, counted from its arrival. Microseconds.</summary>
    public const long MaxAckDelay = 33_000;

    private const long ShortestRefreshPeriod = 1_000;

    // The two latest commits that are not done yet, older first. Serial null = slot empty.
    private Unacknowledged _older = Unacknowledged.Empty, _newer = Unacknowledged.Empty;
    private Unacknowledged _pending = Unacknowledged.Empty; // what came since the last commit
    private bool _hasPending;
    private ulong? _lastDone;
    private int _commitsAhead;
    private bool _callbackOutstanding;
    private bool _visible = true;
    private long _refreshPeriod = DefaultRefreshPeriod;

    /// <summary>
    /// The output's refresh period in microseconds, from presentation feedback or the output's mode. 0 and less mean
    /// unknown; longer than <see cref="MaxAckDelay"/> is possible and then no frame waits for a whole one.
    /// </summary>
    public long RefreshPeriod
    {
        get => _refreshPeriod;
        set => _refreshPeriod = value <= 0 ? DefaultRefreshPeriod : Math.Max(value, ShortestRefreshPeriod);
    }

    /// <summary>Whether the next commit should carry a <c>wl_surface.frame</c> request: one outstanding is enough.</summary>
    public bool WantsCallback => !_callbackOutstanding;

    /// <summary>Commits since the last frame callback, 0 to <see cref="MaxCommitsAhead"/>.</summary>
    public int CommitsAhead => _commitsAhead;

    /// <summary>Whether a frame waits to be committed.</summary>
    public bool HasPending => _hasPending;

    /// <summary>Whether the window is believed to be seen; true until told otherwise.</summary>
    public bool IsVisible => _visible;

    /// <summary>A frame came. Serials grow; a pending frame of a smaller serial is replaced.</summary>
    /// <param name="now">Microseconds of the loop's clock.</param>
    /// <param name="serial">Serial of the frame.</param>
    /// <param name="needsAck">
    /// Whether somebody waits for the frame to be done. A frame nobody waits for never arms a timer.
    /// </param>
    public PacerDecision FrameArrived(long now, ulong serial, bool needsAck)
    {
        _hasPending = true;
        long deadline = needsAck ? now + HeldAckDelay : NoDeadline;
        long arrival = needsAck ? now : NoDeadline;
        _pending = new Unacknowledged(serial, Math.Min(_pending.Deadline, deadline), Math.Min(_pending.Arrival, arrival));
        return Decide(now, acknowledged: null);
    }

    /// <summary>
    /// The window committed its newest content (also where no frame was pending: a resize commits as well).
    /// </summary>
    /// <param name="now">Microseconds of the loop's clock.</param>
    /// <param name="withCallback">
    /// Whether the commit carried a frame request. It must where <see cref="WantsCallback"/> says so, or the pacer would
    /// wait for a callback that nobody asked for.
    /// </param>
    public PacerDecision Committed(long now, bool withCallback)
    {
        _callbackOutstanding |= withCallback;
        _commitsAhead = Math.Min(_commitsAhead + 1, MaxCommitsAhead);
        if (_hasPending)
        {
            // Two slots do, since at most two commits run ahead; after a change of visibility there may be a third,
            // then the two older ones share one deadline, the earlier.
            _older = _newer.Join(_older);
            long latest = _pending.Arrival == NoDeadline ? NoDeadline : _pending.Arrival + MaxAckDelay;
            long deadline = latest == NoDeadline || _pending.Deadline == NoDeadline
                ? NoDeadline
                : Math.Min(latest, now + _refreshPeriod + CallbackMargin);
            _newer = _pending with { Deadline = deadline };
            ClearPending();
        }
        return Decide(now, acknowledged: null);
    }

    /// <summary>The frame callback came: everything committed before is done and the way is free again.</summary>
    public PacerDecision FrameCallback(long now)
    {
        _callbackOutstanding = false;
        _commitsAhead = 0;
        return Decide(now, acknowledged: _newer.Serial ?? _older.Serial);
    }

    /// <summary>
    /// The window became visible or hidden (xdg_toplevel's suspended state, minimised, no output). Becoming visible
    /// frees one commit even where callbacks of before are still missing: what is shown now must be the newest frame.
    /// </summary>
    public PacerDecision VisibilityChanged(long now, bool visible)
    {
        if (visible && !_visible) _commitsAhead = Math.Min(_commitsAhead, MaxCommitsAhead - 1);
        _visible = visible;
        return Decide(now, acknowledged: null);
    }

    /// <summary>The timer of the last decision's deadline fired. Calling early or for nothing does no harm.</summary>
    public PacerDecision DeadlineReached(long now) => Decide(now, acknowledged: null);

    /// <summary>
    /// The surface was unmapped or replaced: callbacks asked for before will not come. A pending frame stays pending.
    /// </summary>
    public PacerDecision SurfaceReset(long now)
    {
        _callbackOutstanding = false;
        _commitsAhead = 0;
        return Decide(now, acknowledged: _newer.Serial ?? _older.Serial);
    }

    private PacerDecision Decide(long now, ulong? acknowledged)
    {
        if (_older.Deadline <= now) acknowledged = Later(acknowledged, _older.Serial);
        if (_newer.Deadline <= now) acknowledged = Later(acknowledged, _newer.Serial);
        if (_pending.Deadline <= now) acknowledged = Later(acknowledged, _pending.Serial);

        ulong? done = null;
        if (acknowledged is { } serial)
        {
            // Done counts for all smaller serials: whatever it covers needs no deadline of its own any more.
            if (_older.Serial <= serial) _older = Unacknowledged.Empty;
            if (_newer.Serial <= serial) _newer = Unacknowledged.Empty;
            if (_pending.Serial <= serial)
                _pending = _pending with { Deadline = NoDeadline, Arrival = NoDeadline };
            if (_lastDone is not { } last || serial > last) _lastDone = done = serial;
        }

        long deadline = Math.Min(_pending.Deadline, Math.Min(_older.Deadline, _newer.Deadline));
        return new PacerDecision(_hasPending && _visible && _commitsAhead < MaxCommitsAhead, done, deadline);
    }

    private void ClearPending()
    {
        _pending = Unacknowledged.Empty;
        _hasPending = false;
    }

    private static ulong? Later(ulong? a, ulong? b) => a is null || b > a ? b : a;

    /// <summary>A group of frames that become done together: the newest serial, and the oldest one's times.</summary>
    private readonly record struct Unacknowledged(ulong? Serial, long Deadline, long Arrival)
    {
        public static Unacknowledged Empty => new(null, NoDeadline, NoDeadline);

        public Unacknowledged Join(Unacknowledged older) => older.Serial is null
            ? this
            : this with { Deadline = Math.Min(Deadline, older.Deadline), Arrival = Math.Min(Arrival, older.Arrival) };
    }
}
