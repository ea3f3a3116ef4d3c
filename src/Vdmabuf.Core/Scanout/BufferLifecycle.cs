namespace Vdmabuf.Core.Scanout;

/// <summary>Where a guest's buffer stands between its source, this window and the compositor.</summary>
public enum BufferState
{
    /// <summary>Known, nothing done with it.</summary>
    Fresh,

    /// <summary>The compositor was asked to import it and has not answered.</summary>
    Importing,

    /// <summary>The source let go while the compositor had not answered; the answer is awaited only to clean up.</summary>
    Abandoned,

    /// <summary>There is a wl_buffer and the compositor does not read it.</summary>
    Ready,

    /// <summary>Committed; the compositor may read it until it releases it.</summary>
    Busy,

    /// <summary>The source let go while the compositor may still read: kept until the release.</summary>
    Lingering,

    /// <summary>The import was refused. Another rung may be tried.</summary>
    Refused,

    /// <summary>The end: nothing is held any more.</summary>
    Destroyed,
}

/// <summary>What happens to a buffer.</summary>
public enum BufferEvent
{
    /// <summary>The window sent an import that the compositor will answer (<c>create</c>).</summary>
    ImportStarted,

    /// <summary>The window made a wl_buffer that needs no answer (wl_shm, or a kind accepted before).</summary>
    ImportedAtOnce,

    /// <summary>The compositor answered with a wl_buffer.</summary>
    ImportSucceeded,

    /// <summary>The compositor refused.</summary>
    ImportFailed,

    /// <summary>The buffer was attached and committed.</summary>
    Committed,

    /// <summary><c>wl_buffer.release</c>.</summary>
    CompositorReleased,

    /// <summary>The source retired the buffer (<see cref="GuestBuffer.Retired"/>).</summary>
    SourceRetired,

    /// <summary>The window or its connection is gone; the compositor reads nothing of it any more.</summary>
    ConnectionLost,
}

/// <summary>What the window must do because of a transition.</summary>
[Flags]
public enum BufferActions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Tell the source with <see cref="IScanoutSource.BufferReleased"/>.</summary>
    ReportRelease = 1,

    /// <summary>Destroy the wl_buffer (for a late answer: the one it just brought).</summary>
    DestroyBuffer = 2,

    /// <summary>Stop caring for the import's answer, but keep listening to destroy what it brings.</summary>
    CancelImport = 4,
}

/// <summary>
/// The life of one wl_buffer made of a guest's buffer: one owner, every transition in one table. What is not in the
/// table is a fault of the window and throws; nothing a guest or compositor may do at any time is left out.
/// </summary>
/// <remarks>
/// Compositors release once per commit or once for several commits of the same buffer. So the first release after a
/// commit counts, and a second one without a commit in between is ignored.
/// </remarks>
public sealed class BufferLifecycle
{
    /// <summary>Where the buffer stands.</summary>
    public BufferState State { get; private set; }

    /// <summary>Commits since the compositor last released the buffer; 0 where it does not read it.</summary>
    public int CommitsInUse { get; private set; }

    /// <summary>True while the compositor may read the memory.</summary>
    public bool IsInUse => CommitsInUse > 0;

    /// <summary>Whether the window may attach the buffer.</summary>
    public bool CanCommit => State is BufferState.Ready or BufferState.Busy;

    /// <summary>Applies an event and says what to do.</summary>
    /// <exception cref="InvalidOperationException">The event cannot happen in this state.</exception>
    public BufferActions Apply(BufferEvent happened)
    {
        (BufferState next, BufferActions actions) = Next(State, happened);
        CommitsInUse = happened switch
        {
            BufferEvent.Committed => CommitsInUse + 1,
            BufferEvent.CompositorReleased or BufferEvent.ConnectionLost => 0,
            _ => CommitsInUse,
        };
        State = next;
        return actions;
    }

    private static (BufferState Next, BufferActions Actions) Next(BufferState state, BufferEvent happened) =>
        (state, happened) switch
        {
            (BufferState.Fresh or BufferState.Refused, BufferEvent.ImportStarted) => (BufferState.Importing, BufferActions.None),
            (BufferState.Fresh or BufferState.Refused, BufferEvent.ImportedAtOnce) => (BufferState.Ready, BufferActions.None),
            (BufferState.Fresh or BufferState.Refused, BufferEvent.SourceRetired) => (BufferState.Destroyed, BufferActions.None),

            (BufferState.Importing, BufferEvent.ImportSucceeded) => (BufferState.Ready, BufferActions.None),
            (BufferState.Importing, BufferEvent.ImportFailed) => (BufferState.Refused, BufferActions.None),
            (BufferState.Importing, BufferEvent.SourceRetired) => (BufferState.Abandoned, BufferActions.CancelImport),

            (BufferState.Abandoned, BufferEvent.ImportSucceeded) => (BufferState.Destroyed, BufferActions.DestroyBuffer),
            (BufferState.Abandoned, BufferEvent.ImportFailed) => (BufferState.Destroyed, BufferActions.None),

            (BufferState.Ready or BufferState.Busy, BufferEvent.Committed) => (BufferState.Busy, BufferActions.None),
            (BufferState.Ready, BufferEvent.CompositorReleased) => (BufferState.Ready, BufferActions.None),
            (BufferState.Ready, BufferEvent.SourceRetired) => (BufferState.Destroyed, BufferActions.DestroyBuffer),
            (BufferState.Busy, BufferEvent.CompositorReleased) => (BufferState.Ready, BufferActions.ReportRelease),
            (BufferState.Busy, BufferEvent.SourceRetired) => (BufferState.Lingering, BufferActions.None),
            (BufferState.Lingering, BufferEvent.CompositorReleased) =>
                (BufferState.Destroyed, BufferActions.ReportRelease | BufferActions.DestroyBuffer),

            (BufferState.Fresh or BufferState.Refused, BufferEvent.ConnectionLost) => (BufferState.Destroyed, BufferActions.None),
            (BufferState.Importing, BufferEvent.ConnectionLost) => (BufferState.Destroyed, BufferActions.CancelImport),
            (BufferState.Abandoned, BufferEvent.ConnectionLost) => (BufferState.Destroyed, BufferActions.None),
            (BufferState.Ready, BufferEvent.ConnectionLost) => (BufferState.Destroyed, BufferActions.DestroyBuffer),
            (BufferState.Busy or BufferState.Lingering, BufferEvent.ConnectionLost) =>
                (BufferState.Destroyed, BufferActions.ReportRelease | BufferActions.DestroyBuffer),

            _ => throw new InvalidOperationException($"a buffer that is {state} cannot take {happened}"),
        };
}
