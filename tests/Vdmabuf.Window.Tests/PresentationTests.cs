using Vdmabuf.Compositor;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Window.Tests;

public sealed class PresentationTests
{
    [Fact]
    public async Task First_frame_maps_the_window_after_an_acknowledged_configure()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        Toplevel toplevel = await test.FindToplevelAsync();
        Assert.False(toplevel.Surface.IsMapped);

        GuestMemory guest = test.Memory(64, 32).Fill(0x123456);
        await test.ShowAsync(guest);

        Assert.Equal(0x123456u, (await test.PixelsAsync()).Rgb(63, 31));
        Assert.Equal("vm", toplevel.Title);
        Assert.Equal("org.vdmabuf.Test", toplevel.AppId);
        Assert.Equal(0, toplevel.XdgSurface.UnacknowledgedConfigures);
        Assert.Equal((64, 32), toplevel.Surface.Current.LogicalSize);
        Assert.Equal(DecorationMode.ServerSide, toplevel.Decoration!.Wanted);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Memfd_becomes_a_pool_of_the_same_file_and_is_known_again()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        GuestMemory a = test.Memory(64, 32, offset: 4096, stride: 320).Paint((x, y) => (uint)(x << 8 | y));
        GuestMemory b = test.Memory(64, 32).Fill(0x00ff00);

        for (int i = 0; i < 6; i++) await test.ShowAsync(i % 2 == 0 ? a : b);
        await test.ShowAsync(a);

        ClientBuffer shown = test.Surface.Current.Buffer!;
        Assert.Equal(BufferKind.Shm, shown.Kind);
        Assert.Equal(a.Buffer.Identity.Inode, shown.Files[0].Inode);
        Assert.Equal((4096u, 320u), shown.Plane(0));
        PixelImage image = await test.PixelsAsync();
        Assert.Equal(0x002a11u, image.Rgb(42, 17));
        Assert.Equal(2, test.Compositor.RequestsNamed("wl_shm_pool", "create_buffer").Count);
        Assert.Equal(0, await test.InvokeAsync(() => test.View.Statistics.BytesCopied));
        Assert.Equal("shared memory", await test.InvokeAsync(() => test.View.RungName));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Bottom_up_crop_is_placed_by_transform_and_source_and_damage_is_flipped()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        var crop = new Rect(8, 4, 40, 20);
        GuestMemory guest = test.Memory(64, 32, crop: crop, bottomUp: true).Fill(1);
        await test.ShowAsync(guest);

        await test.ShowAsync(guest, new Rect(2, 3, 10, 5));

        SurfaceState state = test.Surface.Current;
        Assert.Equal(6, state.Transform);
        // After the flip the crop's top is as far from the image's top as its bottom was from the image's bottom.
        Assert.Equal(new SourceRect(8, 32 - 24, 40, 20), state.ViewportSource);
        Assert.Equal((40, 20), state.ViewportDestination);
        Assert.Equal([new PixelRect(10, 4 + 20 - 3 - 5, 10, 5)], state.BufferDamage);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Crop_without_viewporter_is_copied_upright()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions().With(("wp_viewporter", 0), ("wp_fractional_scale_manager_v1", 0)));
        GuestMemory guest = test.Memory(64, 32, crop: new Rect(8, 4, 40, 20), bottomUp: true).Paint((x, y) => (uint)(x << 8 | y));

        await test.ShowAsync(guest);

        PixelImage image = await test.PixelsAsync();
        Assert.Equal((40, 20), (image.Width, image.Height));
        Assert.Equal((uint)((8 + 5) << 8 | (4 + 19 - 2)), image.Rgb(5, 2));
        Assert.Equal(0, test.Surface.Current.Transform);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Held_callbacks_let_two_commits_run_ahead_and_damage_adds_up()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { Frames = FrameMode.Manual });
        GuestMemory guest = test.Memory(64, 64).Fill(1);
        ulong serial = await test.PresentAsync(guest, awaited: true);
        await test.MapAsync();
        await test.Compositor.CompleteFrameAsync();
        await test.SyncAsync();
        int before = test.Surface.CommitCount;

        for (int i = 0; i < 6; i++) serial = await test.PresentAsync(guest, new Rect(i * 8, i * 8, 4, 4), awaited: true);
        await test.SyncAsync();
        Assert.Equal(before + 2, test.Surface.CommitCount);
        Assert.Equal(1, test.Surface.WaitingFrameCallbacks);
        await test.Source.WaitForDoneAsync(serial);   // by deadline: no callback comes
        await test.Compositor.CompleteFrameAsync();
        await test.SyncAsync();

        Assert.Equal(before + 3, test.Surface.CommitCount);
        for (int i = 2; i < 6; i++)
            Assert.Contains(test.Surface.Current.BufferDamage, d => d.X <= i * 8 && d.Y <= i * 8 && d.X + d.Width >= (i * 8) + 4 && d.Y + d.Height >= (i * 8) + 4);
        Assert.Equal(test.Source.Done.Order().Distinct(), test.Source.Done);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Suspended_window_commits_no_frames_but_lets_them_go_and_resumes_with_the_newest()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        GuestMemory a = test.Memory(64, 32).Fill(1), b = test.Memory(64, 32).Fill(0x777777);
        await test.ShowAsync(a);
        await test.ConfigureAsync(0, 0, ToplevelState.Suspended);
        int before = test.Surface.CommitCount;

        ulong serial = 0;
        for (int i = 0; i < 5; i++) serial = await test.PresentAsync(b, awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        await test.SyncAsync();
        Assert.Equal(before, test.Surface.CommitCount);

        await test.ConfigureAsync(0, 0, ToplevelState.Activated);
        await test.SettleAsync();
        Assert.Equal(0x777777u, (await test.PixelsAsync()).Rgb(0, 0));
        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Idle_window_does_not_wake_the_loop()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        GuestMemory guest = test.Memory(64, 32).Fill(1);
        for (int i = 0; i < 5; i++) await test.PresentAsync(guest, awaited: true);
        await test.Source.WaitForDoneAsync(5);
        await test.MapAsync();
        await test.SettleAsync();
        await Task.Delay(200);   // the last timer of the kernel's may still fire
        await test.SyncAsync();
        long before = await test.InvokeAsync(() => test.Loop.WakeUps);

        await Task.Delay(500);

        // One for each of the two questions themselves.
        Assert.InRange(await test.InvokeAsync(() => test.Loop.WakeUps) - before, 0, 2);
    }

    [Fact]
    public async Task Retired_buffer_leaves_the_picture_and_configures_are_still_answered()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { ShmRelease = ReleasePolicy.AtReplacement });
        GuestMemory guest = test.Memory(64, 32).Fill(0x445566);
        await test.ShowAsync(guest);

        await test.InvokeAsync(() => guest.Buffer.Dispose());
        await test.ConfigureAsync(300, 200, ToplevelState.Activated);
        await test.SyncAsync();

        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);
        Assert.Equal((300, 200), test.Surface.Current.LogicalSize);
        Assert.Equal(0x445566u, (await test.PixelsAsync()).Rgb(1, 1));
        Assert.Empty(test.Source.Released);

        GuestMemory next = test.Memory(64, 32).Fill(0x111111);
        await test.ShowAsync(next);
        Assert.Equal([guest.Buffer], test.Source.Released);
        Assert.Equal(1, await test.InvokeAsync(() => test.View.BufferCount));
        Assert.DoesNotContain(test.Compositor.Notes, note => note.Message.Contains("before its release", StringComparison.Ordinal));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Same_buffer_again_without_release_is_released_once()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { ShmRelease = ReleasePolicy.Manual });
        GuestMemory guest = test.Memory(64, 32).Fill(1);
        for (int i = 0; i < 4; i++) await test.ShowAsync(guest);
        await test.InvokeAsync(() => guest.Buffer.Dispose());
        await test.SyncAsync();
        Assert.Empty(test.Compositor.RequestsNamed("wl_buffer", "destroy"));

        await test.Compositor.ReleaseAllAsync(alsoShown: true);
        await test.SyncAsync();

        Assert.Equal([guest.Buffer], test.Source.Released);
        Assert.Single(test.Compositor.RequestsNamed("wl_buffer", "destroy"));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Absent_vm_gets_a_placeholder_first_and_keeps_its_picture_later()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.InvokeAsync(() => test.View.ShowAbsence(ScanoutAbsence.VmGone));
        await test.MapAsync();
        Assert.Equal((1280, 800), test.Surface.Current.LogicalSize);
        Assert.Equal("vm (off, waiting)", test.Toplevel.Title);

        await test.ShowAsync(test.Memory(320, 200).Fill(0x00cc00));
        Assert.Equal((320, 200), test.Surface.Current.LogicalSize);
        Assert.Equal("vm", test.Toplevel.Title);
        await test.InvokeAsync(() => test.View.ShowAbsence(ScanoutAbsence.Disabled));
        await test.SyncAsync();

        Assert.Equal("vm (display off)", test.Toplevel.Title);
        Assert.Equal(0x00cc00u, (await test.PixelsAsync()).Rgb(5, 5));
        Assert.Empty(test.Compositor.Violations);
    }
}
