using FsCheck.Xunit;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Core.Tests.Scanout;

public class BufferLifecycleTests
{
    private static BufferLifecycle After(params BufferEvent[] events)
    {
        BufferLifecycle life = new();
        foreach (BufferEvent happened in events) life.Apply(happened);
        return life;
    }

    [Fact]
    public void Release_is_reported_once_per_use()
    {
        BufferLifecycle life = After(BufferEvent.ImportStarted, BufferEvent.ImportSucceeded, BufferEvent.Committed);

        Assert.Equal(BufferActions.ReportRelease, life.Apply(BufferEvent.CompositorReleased));
        Assert.Equal(BufferActions.None, life.Apply(BufferEvent.CompositorReleased));
        Assert.Equal((BufferState.Ready, false), (life.State, life.IsInUse));
    }

    [Fact]
    public void Same_buffer_committed_again_needs_no_release_in_between()
    {
        BufferLifecycle life = After(BufferEvent.ImportedAtOnce, BufferEvent.Committed, BufferEvent.Committed);

        Assert.Equal(2, life.CommitsInUse);
        Assert.Equal(BufferActions.ReportRelease, life.Apply(BufferEvent.CompositorReleased));
        Assert.Equal(0, life.CommitsInUse);
    }

    [Fact]
    public void Retired_buffer_lingers_until_the_compositor_lets_go()
    {
        BufferLifecycle life = After(BufferEvent.ImportedAtOnce, BufferEvent.Committed);

        Assert.Equal(BufferActions.None, life.Apply(BufferEvent.SourceRetired));
        Assert.Equal((BufferState.Lingering, true, false), (life.State, life.IsInUse, life.CanCommit));
        Assert.Equal(BufferActions.ReportRelease | BufferActions.DestroyBuffer, life.Apply(BufferEvent.CompositorReleased));
        Assert.Equal(BufferState.Destroyed, life.State);
    }

    [Fact]
    public void Buffer_retired_while_importing_is_destroyed_with_the_late_answer()
    {
        BufferLifecycle life = After(BufferEvent.ImportStarted);

        Assert.Equal(BufferActions.CancelImport, life.Apply(BufferEvent.SourceRetired));
        Assert.Equal(BufferActions.DestroyBuffer, life.Apply(BufferEvent.ImportSucceeded));
        Assert.Equal(BufferState.Destroyed, life.State);
    }

    [Fact]
    public void Refused_buffer_may_try_the_next_rung()
    {
        BufferLifecycle life = After(BufferEvent.ImportStarted, BufferEvent.ImportFailed);

        Assert.Equal(BufferState.Refused, life.State);
        life.Apply(BufferEvent.ImportedAtOnce);
        Assert.True(life.CanCommit);
    }

    [Theory]
    [InlineData(BufferEvent.Committed)]
    [InlineData(BufferEvent.ImportSucceeded)]
    [InlineData(BufferEvent.CompositorReleased)]
    public void Event_that_cannot_happen_throws_with_state_and_event(BufferEvent happened)
    {
        BufferLifecycle life = new();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => life.Apply(happened));

        Assert.Contains(nameof(BufferState.Fresh), error.Message, StringComparison.Ordinal);
        Assert.Contains(happened.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal((BufferState.Fresh, 0), (life.State, life.CommitsInUse));
    }

    [Fact]
    public void Destroyed_buffer_takes_no_event()
    {
        foreach (BufferEvent happened in Enum.GetValues<BufferEvent>())
        {
            BufferLifecycle life = After(BufferEvent.ConnectionLost);
            Assert.Throws<InvalidOperationException>(() => life.Apply(happened));
        }
    }

    // The model holds the facts themselves instead of a state: what exists, who reads, who let go.
    [Property(MaxTest = 500)]
    public void Random_walk_agrees_with_the_facts(int seed)
    {
        Random random = new(seed);
        BufferLifecycle life = new();
        bool exists = false, asked = false, reads = false, retired = false, gone = false;
        int uses = 0, reports = 0, created = 0, destroyed = 0;

        for (int i = 0; i < 200 && !gone; i++)
        {
            BufferEvent happened = Enum.GetValues<BufferEvent>()[random.Next(i < 190 ? 7 : 8)];
            if (happened is BufferEvent.SourceRetired && random.Next(8) > 0) continue; // or most walks end early
            bool possible = happened switch
            {
                BufferEvent.ImportStarted or BufferEvent.ImportedAtOnce => !exists && !asked && !retired,
                BufferEvent.ImportSucceeded or BufferEvent.ImportFailed => asked,
                BufferEvent.Committed => exists && !retired,
                BufferEvent.CompositorReleased => exists,
                BufferEvent.SourceRetired => !retired,
                _ => true,
            };
            if (!possible)
            {
                Assert.Throws<InvalidOperationException>(() => life.Apply(happened));
                continue;
            }

            BufferActions actions = life.Apply(happened);

            bool readBefore = reads;
            if (happened is BufferEvent.ImportedAtOnce or BufferEvent.ImportSucceeded) (exists, asked, created) = (true, false, created + 1);
            if (happened is BufferEvent.ImportStarted) asked = true;
            if (happened is BufferEvent.ImportFailed) asked = false;
            if (happened is BufferEvent.Committed) (reads, uses) = (true, uses + (readBefore ? 0 : 1));
            if (happened is BufferEvent.CompositorReleased or BufferEvent.ConnectionLost) reads = false;
            if (happened is BufferEvent.SourceRetired) retired = true;
            bool lost = happened is BufferEvent.ConnectionLost;

            bool release = readBefore && !reads;
            bool destroy = exists && !reads && (retired || lost);
            Assert.Equal(release, actions.HasFlag(BufferActions.ReportRelease));
            Assert.Equal(destroy, actions.HasFlag(BufferActions.DestroyBuffer));
            Assert.Equal(asked && (happened is BufferEvent.SourceRetired || (lost && !retired)), actions.HasFlag(BufferActions.CancelImport));
            Assert.Equal(reads, life.IsInUse);
            reports += release ? 1 : 0;
            destroyed += destroy ? 1 : 0;
            gone = lost || (retired && !asked && !reads);
            Assert.Equal(gone, life.State == BufferState.Destroyed);
        }

        Assert.Equal(uses - (reads ? 1 : 0), reports);
        if (gone) Assert.Equal(created, destroyed);
    }
}
