using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

public sealed class AttachmentTests
{
    [Fact]
    public void Attached_vm_has_a_view_for_each_graphic_console() => Session.Attached(
        async session =>
        {
            Assert.Equal("scripted", session.Vm.Name);
            Assert.Equal(["scripted 0/2", "scripted 1/2"], session.Views.Views.Select(v => $"{v.Info.VmName} {v.Info.Head}/{v.Info.HeadCount}"));
            Assert.Equal(["qmp_capabilities", "getfd", "add_client"], session.Qemu.Qmp!.Commands);
            await Session.Until(() => session.Qemu.Qmp.OpenConnections == 0);   // the monitor is left to others
            Assert.Equal(["org.qemu.Display1.Listener.Unix.Map", "org.qemu.Display1.Listener.Unix.ScanoutDMABUF2"], session.Listener.Interfaces);
        },
        qemu => qemu.Consoles[2].Type = "Text", heads: 3);

    [Fact]
    public void Second_head_is_switched_on_and_the_first_left_alone() => Session.Attached(
        async session =>
        {
            await Session.Until(() => session.Qemu.Consoles[1].Calls.Count > 0);
            Assert.Equal(["SetUIInfo 1024x768 0x0mm"], session.Qemu.Consoles[1].Calls);
            Assert.Empty(session.Qemu.Consoles[0].Calls);
        },
        qemu => (qemu.Consoles[1].Width, qemu.Consoles[1].Height) = (1024, 768), heads: 2);

    [Fact]
    public void Closing_a_further_head_switches_it_off_and_closing_the_last_view_detaches() => Session.Attached(
        async session =>
        {
            await Session.Until(() => session.Qemu.Consoles[1].Calls.Count > 0);

            session.Views.Views[1].Source.Closed();
            Assert.True(session.Views.Views[1].IsClosed);
            await Session.Until(() => session.Qemu.Consoles[1].Calls.Contains("SetUIInfo 0x0 0x0mm"));
            await Session.Until(() => session.Qemu.Consoles[1].Listener.IsClosed);
            Assert.False(session.Running.IsCompleted);

            session.View.Source.Closed();
            Assert.Equal(DetachReason.ViewsClosed, await session.Running);
            Assert.Empty(session.Qemu.Consoles[0].Calls);
        },
        heads: 2);

    [Fact]
    public void Closed_view_does_not_wait_for_a_hung_qemu() => Session.Attached(
        async session =>
        {
            await Session.Until(() => session.Qemu.Consoles[1].HeldModes == 1);
            session.Views.Views[1].Source.Closed();
            Assert.True(session.Views.Views[1].IsClosed);
        },
        qemu => qemu.Consoles[1].HoldModes = true, heads: 2);

    [Fact]
    public void Vm_that_goes_away_and_comes_back_is_shown_in_the_same_view() => Session.Attached(async session =>
    {
        ShownFrame before = await session.ShowMap(session.Memory());
        Task again = session.NextAttachment();

        session.Qemu.Dispose();
        await Session.Until(() => session.View.Events.Contains("VmGone"));
        Assert.Same(before, session.View.Last);

        session.Process = 2;
        session.Start();
        await again;
        await session.Listener.Ready;
        ShownFrame after = await session.ShowMap(session.Memory());

        Assert.NotSame(before.Buffer, after.Buffer);
        Assert.Single(session.Views.Views);
        Assert.False(session.View.IsClosed);
    });

    [Fact]
    public void Vm_that_comes_back_with_fewer_heads_loses_their_views() => Session.Attached(
        async session =>
        {
            Task again = session.NextAttachment();
            session.Qemu.Dispose();
            await Session.Until(() => session.View.Events.Contains("VmGone"));
            session.Process = 2;
            session.Start(heads: 1);
            await again;
            Assert.Equal([false, true], session.Views.Views.Select(view => view.IsClosed));
        },
        heads: 2);

    [Fact]
    public void Connection_that_ends_while_the_same_qemu_runs_on_was_taken_by_another_viewer() => Session.Attached(async session =>
    {
        (var ours, var theirs) = Vdmabuf.Linux.UnixSockets.CreatePair();
        session.Own(ours);
        session.Qemu.AddClient(theirs);
        Assert.Equal(DetachReason.Displaced, await session.Running);
    });

    [Fact]
    public void Attempt_that_fails_after_a_restart_is_made_again() => Session.Attached(async session =>
    {
        Task again = session.NextAttachment();
        session.Qemu.Dispose();
        await Session.Until(() => session.View.Events.Contains("VmGone"));

        session.Process = 2;
        session.Start(qemu => qemu.AnswersNonsense = true);
        await Session.Until(() => session.Log.Lines.Any(line => line.Contains("attaching failed", StringComparison.Ordinal)));
        session.Qemu.AnswersNonsense = false;

        await again;
        Assert.False(session.Running.IsCompleted);
    });

    [Fact]
    public void Stop_ends_an_attached_vm() => Session.Attached(async session =>
    {
        session.Vm.Stop();
        Assert.Equal(DetachReason.Stopped, await session.Running);
    });

    [Fact]
    public void Stop_ends_a_first_attachment_that_is_never_answered() => Session.Bare(async session =>
    {
        session.Start(qemu => qemu.Qmp!.Greeting = null);
        session.Attach();
        await Session.Until(() => session.Qemu.Qmp!.Connections == 1);
        session.Vm.Stop();
        Assert.Equal(DetachReason.Stopped, await session.Running);
    });

    [Fact]
    public void Lost_listener_is_registered_again_but_not_for_ever() => Session.Attached(async session =>
    {
        FakeConsole console = session.Qemu.Consoles[0];
        for (int registrations = 1; registrations < 5; registrations++)
        {
            await console.Listener.Ready;
            console.Listener.Dispose();
            await Session.Until(() => console.Listeners.Count == registrations + 1);
        }
        await console.Listener.Ready;
        console.Listener.Dispose();
        await Session.Until(() => session.Log.Lines.Any(line => line.Contains("ended 5 times", StringComparison.Ordinal)));
        Assert.Equal(5, console.Listeners.Count);
        Assert.False(session.Running.IsCompleted);
    });

    [Fact]
    public void Vm_without_graphic_console_is_told_what_it_lacks() => Session.Bare(async session =>
    {
        session.Start(qemu => qemu.Consoles[0].Type = "Text");
        session.Attach();
        var error = await Assert.ThrowsAsync<QemuEndpointException>(() => session.Running);
        Assert.Contains("-device virtio-vga", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Console_ids_that_repeat_make_one_listener() => Session.Attached(
        async session =>
        {
            await session.ShowMap(session.Memory());
            Assert.Single(session.Qemu.Consoles[0].Listeners);
        },
        qemu => qemu.ConsoleIds = [0, 0, 0]);
}
