using Vdmabuf.DBus;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

/// <summary>VMs on a message bus (a real dbus-daemon): which one is meant, and what happens when it or the bus goes away.</summary>
public sealed class BusTests
{
    private const string Uuid = "12345678-9abc-def0-1234-56789abcdef0";

    [SkippableFact]
    public void Only_vm_on_the_bus_needs_no_name() => OnBus(async (session, bus) =>
    {
        FakeQemu qemu = await bus.AddQemuAsync(session, "alone");
        await Attach(session, bus, null);
        Assert.Equal("alone", session.Vm.Name);
        await qemu.Listener.Ready;
        await qemu.Listener.Scanout(64, 48, 256, new byte[256 * 48]);
        Assert.Single(session.View.Frames);
    });

    [SkippableTheory]
    [InlineData("second")]
    [InlineData("12345678-9ABC-DEF0-1234-56789ABCDEF0")]
    public void Queued_vm_is_found_by_name_or_uuid(string wanted) => OnBus(async (session, bus) =>
    {
        await bus.AddQemuAsync(session, "first");
        FakeQemu second = await bus.AddQemuAsync(session, "second", Uuid);

        Assert.Equal(["first", "second"], (await BusEndpoint.ListAsync(session.Loop, bus.Address)).Select(vm => vm.Name));
        await Attach(session, bus, wanted);

        Assert.Equal("second", session.Vm.Name);
        Assert.Single(second.Consoles[0].Listeners);
    });

    [SkippableFact]
    public void Bus_without_vm_is_told_of() => Refused(null, [], "no QEMU with a D-Bus display", "-display dbus");

    [SkippableFact]
    public void Several_vms_without_a_name_are_listed() => Refused(null, ["first", "second"], "2 VMs are on", "--vm", "\"first\"", "\"second\"");

    [SkippableFact]
    public void Name_nobody_has_is_told_with_those_there_are() => Refused("third", ["first", "second"], "called \"third\"", "\"first\"", "\"second\"");

    [SkippableFact]
    public void Name_that_two_vms_have_is_ambiguous() => Refused("twin", ["twin", "twin"], "2 VMs are on", "--vm");

    [SkippableFact]
    public void Bus_that_is_not_there_is_told_of() => Session.Bare(async session =>
    {
        session.Attach(new BusEndpoint(session.Loop, $"unix:path={session.Folder}/nothing", null));
        var error = await Assert.ThrowsAsync<DBusDisconnectedException>(() => session.Running);
        Assert.Contains("nothing", error.Message, StringComparison.Ordinal);
    });

    [SkippableFact]
    public void Vm_that_answers_nonsense_hides_no_other() => OnBus(async (session, bus) =>
    {
        (await bus.AddQemuAsync(session, "broken")).AnswersNonsense = true;
        await bus.AddQemuAsync(session, "sound");
        await Attach(session, bus, null);
        Assert.Equal("sound", session.Vm.Name);
    });

    [SkippableFact]
    public void Property_changes_of_another_vm_are_not_taken_for_ours() => OnBus(async (session, bus) =>
    {
        FakeQemu other = await bus.AddQemuAsync(session, "other");
        FakeQemu ours = await bus.AddQemuAsync(session, "ours");
        await Attach(session, bus, "ours");

        other.ChangeProperty(0, "org.qemu.Display1.Mouse", "IsAbsolute", true);
        // The bus has sent the other's signal on before it answers the other's next call.
        await other.Control!.ListQueuedOwnersAsync("org.qemu");
        ours.ChangeProperty(0, "org.qemu.Display1.Console", "Width", 640u);
        session.View.Source.PointerRelative(1, 1);
        await Session.Until(() => ours.Consoles[0].Calls.Count == 1);
        Assert.Equal(["RelMotion 1,1"], ours.Consoles[0].Calls);
        Assert.False(session.View.IsAbsolute);
    });

    [SkippableFact]
    public void Vm_that_leaves_the_bus_is_attached_to_again_when_it_returns() => OnBus(async (session, bus) =>
    {
        FakeQemu first = await bus.AddQemuAsync(session, "first", Uuid);
        await Attach(session, bus, "first");
        Task again = session.NextAttachment();

        first.Dispose();
        await Session.Until(() => session.View.Events.Contains("VmGone"));
        FakeQemu returned = await bus.AddQemuAsync(session, "first", Uuid);
        await again;

        Assert.Single(session.Views.Views);
        Assert.Single(returned.Consoles[0].Listeners);
    });

    [SkippableFact]
    public void Bus_that_goes_away_takes_the_vm_with_it_but_not_us() => OnBus(async (session, bus) =>
    {
        await bus.AddQemuAsync(session, "alone");
        await Attach(session, bus, null);
        bus.Kill();
        await Session.Until(() => session.View.Events.Contains("VmGone"));
        Assert.False(session.Running.IsCompleted);
        session.Vm.Stop();
        Assert.Equal(DetachReason.Stopped, await session.Running);
    });

    private static void OnBus(Func<Session, PrivateBus, Task> test) =>
        Session.Bare(session => test(session, session.Own(PrivateBus.Start(session.Folder))));

    private static async Task Attach(Session session, PrivateBus bus, string? name)
    {
        session.Attach(new BusEndpoint(session.Loop, bus.Address, name));
        await Session.Until(() => session.Attachments > 0 || session.Running.IsCompleted).ConfigureAwait(true);
        if (session.Running.IsCompleted) await session.Running.ConfigureAwait(true);
    }

    private static void Refused(string? wanted, string[] names, params string[] expected) => OnBus(async (session, bus) =>
    {
        foreach (string name in names) await bus.AddQemuAsync(session, name);
        session.Attach(new BusEndpoint(session.Loop, bus.Address, wanted));
        var error = await Assert.ThrowsAsync<QemuEndpointException>(() => session.Running);
        foreach (string part in expected) Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Empty(session.Views.Views);
    });
}
