namespace Vdmabuf.Core.Presentation;

/// <summary>What the window should do after an event, in this order: report, commit, set its timer.</summary>
/// <param name="CommitNow">
/// The newest frame may be committed. It stays true in later decisions until <see cref="FramePacer.Committed"/> is
/// called, so a window whose import is still under way simply commits later.
/// </param>
/// <param name="DoneSerial">Every frame up to this one is done; null where none became done by this event.</param>
/// <param name="Deadline">
/// When to call <see cref="FramePacer.DeadlineReached"/>, in microseconds of the loop's clock;
/// <see cref="FramePacer.NoDeadline"/> where no timer may run.
/// </param>
public readonly record struct PacerDecision(bool CommitNow, ulong? DoneSerial, long Deadline)
{
    /// <summary>True where a timer must be armed.</summary>
    public bool HasDeadline => Deadline != FramePacer.NoDeadline;
}
