using Vdmabuf.Core.Presentation;

namespace Vdmabuf.Core.Tests.Presentation;

public class FramePacerTests
{
    private static readonly PacerDecision Nothing = new(false, null, FramePacer.NoDeadline);

    [Fact]
    public void First_frame_is_committed_at_once_with_a_callback()
    {
        FramePacer pacer = new();

        PacerDecision decision = pacer.FrameArrived(1000, 1, needsAck: true);

        Assert.Equal(new PacerDecision(true, null, 1000 + FramePacer.HeldAckDelay), decision);
        Assert.True(pacer.WantsCallback);
    }

    [Fact]
    public void Frame_is_done_with_its_callback_and_nothing_is_armed_after()
    {
        FramePacer pacer = new();
        pacer.FrameArrived(0, 1, needsAck: true);

        PacerDecision committed = pacer.Committed(100, withCallback: true);
        PacerDecision shown = pacer.FrameCallback(16_000);

        Assert.Equal(new PacerDecision(false, null, 100 + 16_667 + 2_000), committed);
        Assert.Equal(new PacerDecision(false, 1, FramePacer.NoDeadline), shown);
    }

    [Fact]
    public void Third_frame_without_a_callback_is_held_and_the_newest_wins()
    {
        FramePacer pacer = new();
        for (ulong serial = 1; serial <= 2; serial++)
        {
            Assert.True(pacer.FrameArrived(0, serial, needsAck: false).CommitNow);
            pacer.Committed(0, pacer.WantsCallback);
        }

        Assert.Equal(Nothing, pacer.FrameArrived(1, 3, needsAck: false));
        Assert.Equal(Nothing, pacer.FrameArrived(2, 4, needsAck: false));
        PacerDecision callback = pacer.FrameCallback(3);
        pacer.Committed(3, withCallback: true);
        PacerDecision last = pacer.FrameCallback(4);

        Assert.Equal(new PacerDecision(true, 2, FramePacer.NoDeadline), callback);
        Assert.Equal(new PacerDecision(false, 4, FramePacer.NoDeadline), last);
    }

    [Fact]
    public void Second_commit_asks_for_no_second_callback()
    {
        FramePacer pacer = new();
        pacer.FrameArrived(0, 1, needsAck: true);
        pacer.Committed(0, withCallback: true);

        Assert.False(pacer.WantsCallback);
        pacer.FrameCallback(5);
        Assert.True(pacer.WantsCallback);
    }

    [Fact]
    public void Committed_frame_without_callback_is_done_one_refresh_and_a_margin_later()
    {
        FramePacer pacer = new() { RefreshPeriod = 6_944 };
        pacer.FrameArrived(0, 7, needsAck: true);
        PacerDecision committed = pacer.Committed(10, withCallback: true);

        PacerDecision early = pacer.DeadlineReached(committed.Deadline - 1);
        PacerDecision due = pacer.DeadlineReached(committed.Deadline);

        Assert.Equal(10 + 6_944 + 2_000, committed.Deadline);
        Assert.Null(early.DoneSerial);
        Assert.Equal(new PacerDecision(false, 7, FramePacer.NoDeadline), due);
        Assert.Null(pacer.FrameCallback(20_000).DoneSerial); // not reported twice
    }

    [Fact]
    public void Slow_output_does_not_stretch_the_bound()
    {
        FramePacer pacer = new() { RefreshPeriod = 100_000 };
        pacer.FrameArrived(0, 1, needsAck: true);

        Assert.Equal(FramePacer.MaxAckDelay, pacer.Committed(500, withCallback: true).Deadline);
    }

    [Fact]
    public void Hidden_window_acknowledges_by_deadline_and_commits_when_shown()
    {
        FramePacer pacer = new();
        pacer.VisibilityChanged(0, visible: false);

        PacerDecision arrived = pacer.FrameArrived(0, 1, needsAck: true);
        PacerDecision due = pacer.DeadlineReached(arrived.Deadline);
        PacerDecision shown = pacer.VisibilityChanged(1_000_000, visible: true);
        PacerDecision committed = pacer.Committed(1_000_001, withCallback: true);

        Assert.Equal(new PacerDecision(false, null, FramePacer.HeldAckDelay), arrived);
        Assert.Equal(new PacerDecision(false, 1, FramePacer.NoDeadline), due);
        Assert.Equal(new PacerDecision(true, null, FramePacer.NoDeadline), shown);
        Assert.Equal(Nothing, committed); // done already: no timer for it
    }

    [Fact]
    public void Becoming_visible_frees_a_commit_though_callbacks_are_missing()
    {
        FramePacer pacer = new();
        for (ulong serial = 1; serial <= 2; serial++)
        {
            pacer.FrameArrived(0, serial, needsAck: false);
            pacer.Committed(0, pacer.WantsCallback);
        }
        pacer.VisibilityChanged(1, visible: false);
        Assert.False(pacer.FrameArrived(2, 3, needsAck: false).CommitNow);

        Assert.True(pacer.VisibilityChanged(3, visible: true).CommitNow);
        Assert.False(pacer.Committed(3, withCallback: false).CommitNow);
        Assert.False(pacer.FrameArrived(4, 4, needsAck: false).CommitNow);
    }

    [Fact]
    public void Import_under_way_keeps_the_commit_due_and_the_bound_running()
    {
        FramePacer pacer = new();
        PacerDecision arrived = pacer.FrameArrived(0, 1, needsAck: true);

        PacerDecision due = pacer.DeadlineReached(arrived.Deadline);
        PacerDecision next = pacer.FrameArrived(arrived.Deadline + 1, 2, needsAck: true);

        Assert.Equal(new PacerDecision(true, 1, FramePacer.NoDeadline), due);
        Assert.True(next.CommitNow);
        Assert.Equal(arrived.Deadline + 1 + FramePacer.HeldAckDelay, next.Deadline);
    }

    [Fact]
    public void Deadline_of_an_older_commit_leaves_the_newer_one_alone()
    {
        FramePacer pacer = new();
        pacer.FrameArrived(0, 1, needsAck: true);
        long first = pacer.Committed(0, withCallback: true).Deadline;
        pacer.FrameArrived(10_000, 2, needsAck: true);
        pacer.Committed(10_000, withCallback: false);

        PacerDecision due = pacer.DeadlineReached(first);

        Assert.Equal(new PacerDecision(false, 1, 10_000 + 16_667 + 2_000), due);
    }

    [Fact]
    public void Frames_nobody_waits_for_never_arm_a_timer()
    {
        FramePacer pacer = new();

        Assert.False(pacer.FrameArrived(0, 1, needsAck: false).HasDeadline);
        Assert.False(pacer.Committed(0, withCallback: true).HasDeadline);
        Assert.Equal(1ul, pacer.FrameCallback(9).DoneSerial);
    }

    [Theory]
    [InlineData(0, 16_667)]
    [InlineData(-5, 16_667)]
    [InlineData(10, 1_000)]
    [InlineData(8_333, 8_333)]
    public void Nonsensical_refresh_periods_are_replaced(long given, long used) =>
        Assert.Equal(used, new FramePacer { RefreshPeriod = given }.RefreshPeriod);

    [Fact]
    public void Lost_surface_finishes_its_commits_and_lets_the_next_frame_through()
    {
        FramePacer pacer = new();
        for (ulong serial = 1; serial <= 2; serial++)
        {
            pacer.FrameArrived(0, serial, needsAck: true);
            pacer.Committed(0, pacer.WantsCallback);
        }
        pacer.FrameArrived(1, 3, needsAck: true);

        PacerDecision decision = pacer.SurfaceReset(2);

        Assert.Equal((true, (ulong?)2), (decision.CommitNow, decision.DoneSerial));
        Assert.True(pacer.WantsCallback);
    }

    [Fact]
    public void Third_commit_after_being_hidden_keeps_the_deadline_of_the_first()
    {
        FramePacer pacer = new();
        pacer.FrameArrived(0, 1, needsAck: true);
        long first = pacer.Committed(0, withCallback: true).Deadline;
        for (ulong serial = 2; serial <= 3; serial++)
        {
            pacer.VisibilityChanged(5_000, visible: false);
            pacer.VisibilityChanged(5_000, visible: true);
            Assert.True(pacer.FrameArrived(5_000, serial, needsAck: true).CommitNow);
            pacer.Committed(5_000, withCallback: false);
        }

        PacerDecision due = pacer.DeadlineReached(first);

        Assert.True(due.DoneSerial >= 1, "the first frame was forgotten");
        Assert.Equal(5_000 + 16_667 + 2_000, due.Deadline);
    }

    [Fact]
    public void Commit_without_a_frame_counts_as_a_commit_and_arms_nothing()
    {
        FramePacer pacer = new();

        PacerDecision resize = pacer.Committed(0, withCallback: true);

        Assert.Equal(Nothing, resize);
        Assert.Equal(1, pacer.CommitsAhead);
        Assert.Null(pacer.FrameCallback(5).DoneSerial);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        FramePacer pacer = new();
        Run(1, 10);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(11, 1000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);

        void Run(ulong from, ulong to)
        {
            for (ulong serial = from; serial <= to; serial++)
            {
                long now = (long)serial * 16_667;
                pacer.FrameArrived(now, serial, needsAck: true);
                pacer.Committed(now + 50, pacer.WantsCallback);
                pacer.FrameCallback(now + 9_000);
            }
        }
    }
}
