using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

/// <summary>While an UpdateDMABUF is unanswered the guest's display stands still; unanswered for ever is a hung guest.</summary>
public sealed class AcknowledgementTests
{
    [Fact]
    public void Update_is_answered_when_its_frame_is_done_and_in_order() => Session.Attached(async session =>
    {
        await session.Listener.ScanoutDmaBuf(session.Memory());
        session.View.HoldFrames = true;
        Task[] updates = [.. Enumerable.Range(0, 3).Select(i => session.Listener.UpdateDmaBuf(i, 0, 1, 1))];
        await session.Listener.Sync();
        Assert.Equal([false, false, false], updates.Select(update => update.IsCompleted));

        session.View.Source.FrameDone(session.View.Frames[^3].Serial);
        await updates[0];
        await session.Listener.Sync();
        Assert.Equal([true, false, false], updates.Select(update => update.IsCompleted));

        session.View.Source.FrameDone(session.View.Last.Serial);
        await Task.WhenAll(updates);
    });

    [Fact]
    public void Oldest_is_answered_at_once_beyond_the_capacity() => Session.Attached(async session =>
    {
        await session.Listener.ScanoutDmaBuf(session.Memory());
        session.View.HoldFrames = true;
        Task[] updates = [.. Enumerable.Range(0, FrameAcknowledgements.Capacity + 2).Select(_ => session.Listener.UpdateDmaBuf(0, 0, 1, 1))];
        await Task.WhenAll(updates[..2]);
        await session.Listener.Sync();
        Assert.Equal(2, updates.Count(update => update.IsCompleted));
        session.View.Source.FrameDone(ulong.MaxValue);
        await Task.WhenAll(updates);
    });

    [Fact]
    public void Update_without_visible_damage_or_scanout_is_answered_at_once() => Session.Attached(async session =>
    {
        session.View.HoldFrames = true;
        await session.Listener.UpdateDmaBuf(0, 0, 64, 48);
        await session.Listener.ScanoutDmaBuf(session.Memory());
        await Session.Until(() => session.View.Frames.Count == 1);
        await session.Listener.UpdateDmaBuf(64, 0, 10, 10);
        await session.Listener.UpdateDmaBuf(0, 0, 0, 10);
        Assert.Single(session.View.Frames);
    });

    [Fact]
    public void Map_is_answered_without_waiting_for_the_view() => Session.Attached(async session =>
    {
        session.View.HoldFrames = true;
        await session.Listener.ScanoutMap(session.Memory());
        Assert.Empty(session.View.Frames);
    });

    [Fact]
    public void Detaching_leaves_no_update_unanswered() => Session.Attached(async session =>
    {
        await session.Listener.ScanoutDmaBuf(session.Memory());
        session.View.HoldFrames = true;
        Task update = session.Listener.UpdateDmaBuf(0, 0, 1, 1);
        await Session.Until(() => session.View.Frames.Count > 0 && session.View.Last.Awaited);

        session.Vm.Dispose();
        // The answer, or the end of the socket: either lets QEMU go on.
        await Task.WhenAny(update, Session.Until(() => session.Listener.IsClosed));
        await Session.Until(() => update.IsCompleted);
    });
}
