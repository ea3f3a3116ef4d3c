using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>A guest that changes its mode with every frame brings new buffers each time; none may stay behind.</summary>
[Trait("Needs", "vm")]
public sealed class ManyModesTests
{
    private const int Changes = 500;

    [SkippableFact]
    public async Task Five_hundred_mode_changes_leave_no_descriptor_behind()
    {
        Needs.Path();
        using var folder = new TemporaryFolder();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using QemuMachine machine = await QemuMachine.Start(
            new QemuOptions { Draw = "mode,every=1,hold-after=20", Display = "dbus,p2p=on", QmpServer = folder.File("monitor") });
        await using CapturedProcess vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--qmp", folder.File("monitor"), "--scaling", "integer");
        await machine.Guest.WaitHeld();
        await ShowsKnownMode(weston, machine, "modes-first");
        int before = vdmabuf.Statistics().FileDescriptors;

        await machine.Guest.Go(Changes);

        await ShowsKnownMode(weston, machine, "modes-last");
        int after = vdmabuf.Statistics().FileDescriptors;
        // A buffer more or less may wait for its release; hundreds would be a leak.
        Assert.InRange(after, before - 10, before + 4);
    }

    // The two modes of the ends are the same, so that the same buffers are held.
    private static async Task ShowsKnownMode(HeadlessWeston weston, QemuMachine machine, string name)
    {
        await machine.Guest.SetMode(1024, 768);
        await Screens.ShowsHeld(weston, machine, name, new Region(128, 16, 1024, 768));
    }
}
