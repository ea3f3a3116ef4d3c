using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>A guest with two screens has two windows.</summary>
[Trait("Needs", "vm")]
public sealed class TwoHeadsTests
{
    private const int Width = 640, Height = 480;

    [SkippableFact]
    public async Task Each_head_is_shown_in_a_window_of_its_own()
    {
        Needs.Path();
        using var folder = new TemporaryFolder();
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Shell = "desktop", Width = 3200, Height = 2000 });
        await using QemuMachine machine = await QemuMachine.Start(new QemuOptions
        {
            Draw = $"flip,heads=2,size={Width}x{Height},hold-after=4",
            Device = "virtio-gpu-pci,max_outputs=2",
            Display = "dbus,p2p=on",
            QmpServer = folder.File("monitor"),
        });
        // Before the guest looks: a head above the first is there only once a viewer has given it a size.
        CapturedProcess vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--qmp", folder.File("monitor"));
        try
        {
            Assert.Contains("heads=2", await machine.Guest.WaitReady(), StringComparison.Ordinal);
            await machine.Guest.WaitHeld();
            Region first, second;
            for (int attempt = 1; ; attempt++)
            {
                // The upper window is found at once, the lower one unless it is covered; Weston places them at random.
                first = await DesktopWindows.WaitFor(weston, 0, Width, Height, covered: true);
                second = await DesktopWindows.WaitFor(weston, 1, Width, Height, covered: true);
                if (!Overlap(first, second)) break;
                Assert.True(attempt < 20, "the windows overlapped twenty times");
                await vdmabuf.DisposeAsync();
                vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--qmp", folder.File("monitor"));
            }

            await machine.Guest.Go(3);

            await Screens.ShowsHeld(weston, machine, "heads-first", first, head: 0);
            await Screens.ShowsHeld(weston, machine, "heads-second", second, head: 1);
        }
        finally
        {
            await vdmabuf.DisposeAsync();
        }
    }

    // With room for the frames that libdecor draws around them.
    private static bool Overlap(Region one, Region other) =>
        one.X < other.X + other.Width + 40 && other.X < one.X + one.Width + 40
        && one.Y < other.Y + other.Height + 80 && other.Y < one.Y + one.Height + 80;
}
