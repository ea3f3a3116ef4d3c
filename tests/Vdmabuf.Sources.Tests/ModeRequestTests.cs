using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

public sealed class ModeRequestTests
{
    [Fact]
    public void Wishes_of_a_drag_become_one_request() => Session.Attached(async session =>
    {
        for (int width = 100; width <= 800; width += 100) session.View.Source.RequestSize(width, 600, 200, 150);
        List<string> calls = session.Qemu.Consoles[0].Calls;
        await Session.Until(() => calls.Count > 0);
        session.View.Source.Key(1, true);
        await Session.Until(() => calls.Contains("KeyPress 01"));
        Assert.Equal(["SetUIInfo 800x600 200x150mm", "KeyPress 01"], calls);
    });

    [Fact]
    public void One_request_is_in_flight_and_the_newest_wish_follows_it() => Session.Attached(
        async session =>
        {
            FakeConsole console = session.Qemu.Consoles[0];
            session.View.Source.RequestSize(640, 480, 0, 0);
            await Session.Until(() => console.HeldModes == 1);
            session.View.Source.RequestSize(800, 600, 0, 0);
            session.View.Source.RequestSize(1024, 768, 0, 0);
            // Past the quiet time of the wishes: nothing is sent while the first is unanswered.
            await Task.Delay(TimeSpan.FromMicroseconds(2 * UiInfoRequests.QuietMicroseconds));
            await session.Listener.Sync();
            Assert.Equal(1, console.HeldModes);

            console.AnswerMode();
            await Session.Until(() => console.HeldModes == 1);
            Assert.Equal(["SetUIInfo 640x480 0x0mm", "SetUIInfo 1024x768 0x0mm"], console.Calls);
        },
        qemu => qemu.Consoles[0].HoldModes = true);

    [Fact]
    public void Device_that_cannot_set_modes_is_asked_once() => Session.Attached(
        async session =>
        {
            FakeConsole console = session.Qemu.Consoles[0];
            session.View.Source.RequestSize(640, 480, 0, 0);
            await Session.Until(() => session.Log.Lines.Any(line => line.Contains("cannot be told a size", StringComparison.Ordinal)));
            session.View.Source.RequestSize(800, 600, 0, 0);
            await Task.Delay(TimeSpan.FromMicroseconds(2 * UiInfoRequests.QuietMicroseconds));
            session.View.Source.Key(1, true);
            await Session.Until(() => console.Calls.Contains("KeyPress 01"));
            Assert.Equal(["SetUIInfo 640x480 0x0mm", "KeyPress 01"], console.Calls);
        },
        qemu => qemu.Consoles[0].ModeError = "org.qemu.Display1.Error.Unsupported");

    [Fact]
    public void Wish_is_repeated_to_a_vm_that_was_restarted() => Session.Attached(async session =>
    {
        session.View.Source.RequestSize(800, 600, 0, 0);
        await Session.Until(() => session.Qemu.Consoles[0].Calls.Count == 1);
        session.Qemu.Dispose();
        await Session.Until(() => session.View.Events.Contains("VmGone"));
        session.Process = 2;
        session.Start();
        await Session.Until(() => session.Qemu.Consoles[0].Calls.Contains("SetUIInfo 800x600 0x0mm"));
    });

    [Fact]
    public void Detaching_under_a_request_is_survived() => Session.Attached(
        async session =>
        {
            session.View.Source.RequestSize(640, 480, 0, 0);
            await Session.Until(() => session.Qemu.Consoles[0].HeldModes == 1);
            session.Vm.Dispose();
            Assert.Equal(DetachReason.Stopped, await session.Running);
        },
        qemu => qemu.Consoles[0].HoldModes = true);
}
