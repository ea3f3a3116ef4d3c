using Vdmabuf.Lab;
using ScriptedCompositor = Vdmabuf.Compositor.ScriptedCompositor;
using Toplevel = Vdmabuf.Compositor.Toplevel;

namespace Vdmabuf.SystemTests;

/// <summary>Coming and going of windows, of the program and of the compositor, while the VM runs.</summary>
[Trait("Needs", "vm")]
public sealed class AttachmentTests(AttachableGuest guest) : IClassFixture<AttachableGuest>
{
    [SkippableFact]
    public async Task Closing_the_window_detaches_and_the_VM_runs_on()
    {
        Needs.Path();
        await using (var compositor = new ScriptedCompositor())
        {
            await using CapturedProcess vdmabuf = Attach(compositor);
            Toplevel window = await compositor.WaitForMappedToplevelAsync(Screens.Patience);
            Assert.Equal("lab", window.Title);

            await compositor.CloseAsync(window);

            Assert.Equal(0, await vdmabuf.WaitForExit(Screens.Patience));
            Assert.Empty(compositor.Violations);
        }
        Assert.Equal("running", await RunState());
        uint frame = await guest.Machine.Guest.Go(1);

        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using CapturedProcess again = guest.Attach(weston);
        // The guest holds: the picture can only come from the attachment itself.
        Assert.Equal(frame, GuestFrameNumber.Read(await Screens.ShowsHeld(weston, guest.Machine, "attached-again")).Frame);
    }

    [SkippableFact]
    public async Task Terminating_the_program_detaches_and_the_VM_runs_on()
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using CapturedProcess vdmabuf = guest.Attach(weston);
        await VdmabufProcess.WaitFirstPicture(vdmabuf);

        vdmabuf.Terminate();

        Assert.Equal(0, await vdmabuf.WaitForExit(Screens.Patience));
        Assert.Equal("running", await RunState());
        Assert.True(await guest.Machine.Guest.Go(3) > 3);
    }

    [SkippableFact]
    public async Task Compositor_that_dies_ends_the_program_with_69_and_the_VM_runs_on()
    {
        Needs.Path();
        HeadlessWeston weston = await HeadlessWeston.Start();
        await using CapturedProcess vdmabuf = guest.Attach(weston);
        await VdmabufProcess.WaitFirstPicture(vdmabuf);

        await weston.DisposeAsync();

        Assert.Equal(69, await vdmabuf.WaitForExit(Screens.Patience));
        Assert.Contains("compositor", vdmabuf.Output, StringComparison.Ordinal);
        Assert.Equal("running", await RunState());
        Assert.True(await guest.Machine.Guest.Go(3) > 3);
    }

    [SkippableFact]
    public async Task Second_viewer_takes_over_and_the_first_ends()
    {
        Needs.Path();
        await using HeadlessWeston first = await HeadlessWeston.Start(), second = await HeadlessWeston.Start();
        await using CapturedProcess displaced = guest.Attach(first);
        await VdmabufProcess.WaitFirstPicture(displaced);

        await using CapturedProcess vdmabuf = guest.Attach(second);

        await displaced.WaitForExit(Screens.Patience);
        await guest.Machine.Guest.Go(2);
        await Screens.ShowsHeld(second, guest.Machine, "second-viewer");
    }

    [SkippableFact]
    public async Task Still_guest_wakes_nobody_up()
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using CapturedProcess vdmabuf = guest.Attach(weston);
        await guest.Machine.Guest.Go(60);
        await Screens.ShowsHeld(weston, guest.Machine, "idle");
        // Background work of the runtime, such as tiered compilation, ends within a second or so.
        ProcessStatistics before = vdmabuf.Statistics(), after;
        const int Tries = 5;
        for (int attempt = 1; ; attempt++)
        {
            await Task.Delay(TimeSpan.FromSeconds(3));
            after = vdmabuf.Statistics();
            if (after.ContextSwitches - before.ContextSwitches <= 3 || attempt == Tries) break;
            before = after;
        }
        // 3 s: a timer of one second or less would wake it at least three times.
        Assert.InRange(after.ContextSwitches - before.ContextSwitches, 0, 2);
    }

    [SkippableFact]
    public async Task Cursor_of_the_guest_is_not_part_of_its_picture()
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using CapturedProcess vdmabuf = guest.Attach(weston);
        await Screens.ShowsHeld(weston, guest.Machine, "cursor-before");
        try
        {
            await guest.Machine.Guest.ShowCursor(true);
            await guest.Machine.Guest.MoveCursor(600, 400);
            await guest.Machine.Guest.Go(3);
            PixelImage expected = await guest.Machine.ScreenDump();
            uint frame = GuestFrameNumber.Read(expected).Frame;

            PixelImage shown = await weston.ScreenshotWhen(picture => GuestFrameNumber.TryRead(picture, out GuestFrameNumber number, out _) && number.Frame == frame, Screens.Patience);

            // virtio-gpu's cursor is a plane of its own: the picture stays as it is, around the cursor in any case.
            PixelAssert.Equal(expected, shown, "cursor-above", new Region(0, 0, 1280, 300));
            PixelAssert.Equal(expected, shown, "cursor-below", new Region(0, 500, 1280, 300));
        }
        finally
        {
            await guest.Machine.Guest.ShowCursor(false);
        }
    }

    private CapturedProcess Attach(ScriptedCompositor compositor) => CapturedProcess.Start(Repository.Program!, ["attach", "qemu", "--qmp", guest.Monitor],
        new Dictionary<string, string?> { ["XDG_RUNTIME_DIR"] = compositor.RuntimeDirectory, ["WAYLAND_DISPLAY"] = compositor.SocketPath, ["WAYLAND_SOCKET"] = null });

    private async Task<string> RunState() => (await guest.Machine.Qmp.Execute("query-status"))!["status"]!.GetValue<string>();
}
