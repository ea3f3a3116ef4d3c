using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>QEMU goes and comes back under the same monitor socket; the window stays.</summary>
[Trait("Needs", "vm")]
public sealed class RestartTests
{
    private static readonly QemuOptions s_paused = new() { Display = "dbus,p2p=on", ExtraArguments = ["-S"] };

    [SkippableFact]
    public async Task Killed_QEMU_leaves_its_last_frame_and_its_successor_shows_in_the_same_window()
    {
        Needs.Path();
        using var folder = new TemporaryFolder();
        var options = new QemuOptions { Draw = "flip,hold-after=5", Display = "dbus,p2p=on", QmpServer = folder.File("monitor") };
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        PixelImage last;
        CapturedProcess vdmabuf;
        await using (QemuMachine first = await QemuMachine.Start(options))
        {
            vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--qmp", folder.File("monitor"));
            await first.Guest.WaitHeld();
            last = await Screens.ShowsHeld(weston, first, "before-the-kill");
            await first.Process.Kill();
        }
        await using CapturedProcess end = vdmabuf;
        await vdmabuf.WaitForLine("gone", Screens.Patience);
        PixelAssert.Equal(last, await weston.Screenshot(), "after-the-kill");

        await using QemuMachine second = await QemuMachine.Start(options with { Draw = "flip,hold-after=9" });

        Assert.Equal(9u, await second.Guest.WaitHeld());
        Assert.Equal(9u, GuestFrameNumber.Read(await Screens.ShowsHeld(weston, second, "after-the-restart")).Frame);
        Assert.False(vdmabuf.HasExited);
    }

    [SkippableFact]
    public async Task Guest_that_has_not_started_has_a_window_with_what_QEMU_says_about_it()
    {
        Needs.Path();
        using var folder = new TemporaryFolder();
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Width = 1280, Height = 800 });
        await using QemuMachine machine = await QemuMachine.Start(s_paused with { QmpServer = folder.File("monitor") });

        await using CapturedProcess vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--qmp", folder.File("monitor"), "--scaling", "integer");

        PixelImage dump = await machine.ScreenDump();
        await Screens.ShowsHeld(weston, machine, "not-started", new Region((1280 - dump.Width) / 2, (800 - dump.Height) / 2, dump.Width, dump.Height));
        Assert.True(dump.CountColours() > 1, "QEMU's notice is expected in the picture");
    }

    [SkippableFact]
    public async Task Ten_restarts_of_QEMU_leave_no_descriptor_behind()
    {
        Needs.Path();
        using var folder = new TemporaryFolder();
        QemuOptions options = s_paused with { QmpServer = folder.File("monitor") };
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        QemuMachine machine = await QemuMachine.Start(options);
        await using CapturedProcess vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--qmp", folder.File("monitor"), "--verbose");
        await VdmabufProcess.WaitFirstPicture(vdmabuf);
        List<int> open = [];

        for (int restart = 1; restart <= 10; restart++)
        {
            await machine.DisposeAsync();
            machine = await QemuMachine.Start(options);
            await WaitForAttachment(vdmabuf, restart + 1);
            open.Add(vdmabuf.Statistics().FileDescriptors);
        }
        await machine.DisposeAsync();

        // What the collector frees may lag behind: later counts may be lower than the first, never steadily higher.
        Assert.True(open[^1] <= open[0] + 2, $"descriptors after each restart: {string.Join(' ', open)}");
    }

    /// <summary>The program tells each attachment with a line; the n-th is awaited by count.</summary>
    private static async Task WaitForAttachment(CapturedProcess vdmabuf, int count)
    {
        using var deadline = new CancellationTokenSource(Screens.Patience);
        while (vdmabuf.Output.Split('\n').Count(line => line.Contains("attached", StringComparison.OrdinalIgnoreCase)) < count)
        {
            if (deadline.IsCancellationRequested) throw new LabException($"no attachment {count}:\n{vdmabuf.Output}");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
