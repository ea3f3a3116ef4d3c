using Vdmabuf.Compositor;
using Vdmabuf.Core.Settings;

namespace Vdmabuf.Window.Tests;

public sealed class SizeTests
{
    [Fact]
    public async Task Floating_window_takes_the_guests_size_and_follows_its_mode()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(640, 480));
        Assert.Equal((640, 480), test.Surface.Current.LogicalSize);

        await test.ShowAsync(test.Memory(800, 600));

        Assert.Equal((800, 600), test.Surface.Current.LogicalSize);
        Assert.Equal(new PixelRect(0, 0, 800, 600), test.Toplevel.XdgSurface.WindowGeometry);
        Assert.Empty(test.Source.Of("size"));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Configured_size_is_asked_of_the_guest_and_a_following_guest_fills_the_window()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(640, 480));

        await test.ConfigureAsync(960, 540, ToplevelState.Activated);
        // Half of 527 x 296 mm, the scripted monitor of 1920 x 1080.
        Assert.Equal(["size 960x540 264x148mm"], test.Source.Of("size"));
        await test.ShowAsync(test.Memory(960, 540));

        Assert.Null(test.Toplevel.Surface.Current.ViewportSource);
        Assert.Equal((960, 540), test.Surface.Current.LogicalSize);
        Assert.Equal((960, 540), (test.Surface.Current.Buffer!.Width, test.Surface.Current.Buffer.Height));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Guest_that_need_not_follow_is_not_asked()
    {
        await using TestWindow test = await TestWindow.StartAsync(settings: new ViewSettings { GuestFollowsWindow = false });
        await test.ShowAsync(test.Memory(640, 480));
        await test.ConfigureAsync(960, 540, ToplevelState.Activated);
        Assert.Empty(test.Source.Of("size"));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0u)]
    public async Task Other_shape_in_a_fixed_size_is_letterboxed_until_the_guest_follows(uint singlePixel)
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions().With(("wp_single_pixel_buffer_manager_v1", singlePixel)));
        await test.ShowAsync(test.Memory(640, 480).Fill(0x00aa00));

        await test.ConfigureAsync(1000, 480, ToplevelState.Maximized);

        Surface child = Assert.Single(test.Compositor.Surfaces, surface => surface.Role == "wl_subsurface");
        Assert.Equal((180, 0), ((Subsurface)child.RoleObject!).Position);
        Assert.Equal((640, 480), child.Current.LogicalSize);
        Assert.Equal(0x00aa00u, (await test.PixelsAsync(child)).Rgb(0, 0));
        Assert.Equal(0u, (await test.PixelsAsync()).Rgb(0, 0));
        Assert.Equal((1000, 480), test.Surface.Current.LogicalSize);
        Assert.Empty(child.Current.InputRegion!);

        // The state and its size are one commit: else a compositor may end a maximised window.
        var sizes = new List<(uint?, (int, int))>();
        test.Compositor.OnCommit = commit =>
        {
            if (commit.Surface == test.Surface) sizes.Add((test.Toplevel.XdgSurface.LastAcknowledgedSerial, commit.State.LogicalSize));
        };
        uint serial = await test.Compositor.ConfigureAsync(test.Toplevel, 1200, 600, ToplevelState.Maximized);
        await test.SyncAsync();
        test.Compositor.OnCommit = null;
        Assert.All(sizes.Where(entry => entry.Item1 == serial), entry => Assert.Equal((1200, 600), entry.Item2));
        Assert.Contains(sizes, entry => entry.Item1 == serial);
        Assert.Equal((800, 600), child.Current.LogicalSize);

        await test.ShowAsync(test.Memory(1200, 600).Fill(0x0000aa));
        Assert.DoesNotContain(test.Compositor.Surfaces, surface => surface.Role == "wl_subsurface");
        Assert.Equal(0x0000aau, (await test.PixelsAsync()).Rgb(0, 0));
        Assert.Equal((1200, 600), test.Surface.Current.LogicalSize);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Fixed_size_from_the_start_maps_window_and_picture()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions
        {
            FirstConfigureSize = (1000, 480), FirstConfigureStates = [ToplevelState.Maximized],
        });
        await test.ShowAsync(test.Memory(640, 480).Fill(0x00aa00));

        Surface child = Assert.Single(test.Compositor.Surfaces, surface => surface.Role == "wl_subsurface");
        Assert.Equal(0x00aa00u, (await test.PixelsAsync(child)).Rgb(0, 0));
        Assert.True(test.Surface.IsMapped);
        Assert.Equal(["size 1000x480 274x132mm"], test.Source.Of("size"));
        Assert.Empty(test.Compositor.Violations);
    }

    [Theory]
    [InlineData(150u, 800, 500)]
    [InlineData(180u, 900, 600)]
    [InlineData(210u, 700, 350)]
    [InlineData(240u, 800, 600)]
    public async Task Fractional_scale_makes_a_guest_pixel_a_device_pixel(uint scale, int width, int height)
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { FractionalScale120 = scale });
        await test.ShowAsync(test.Memory(width, height));

        (int logicalWidth, int logicalHeight) = test.Surface.Current.LogicalSize;
        Assert.InRange(logicalWidth * scale / 120.0, width - 1, width + 1);
        Assert.InRange(logicalHeight * scale / 120.0, height - 1, height + 1);
        Assert.Equal(width, test.Surface.Current.Buffer!.Width);

        await test.ConfigureAsync(600, 400, ToplevelState.Activated);
        Assert.StartsWith($"size {600 * scale / 120}x{400 * scale / 120} ", test.Source.Of("size")[^1], StringComparison.Ordinal);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Scale_that_changes_resizes_a_floating_window_around_the_same_pixels()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(640, 480));

        await test.Compositor.SetPreferredScaleAsync(test.Surface, 240);
        await test.SyncAsync();

        Assert.Equal((320, 240), test.Surface.Current.LogicalSize);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Whole_scale_counts_where_no_fraction_is_told()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions().With(("wp_fractional_scale_manager_v1", 0)));
        await test.ShowAsync(test.Memory(640, 480));

        await test.Compositor.SetPreferredBufferScaleAsync(test.Surface, 2);
        await test.SyncAsync();

        Assert.Equal((320, 240), test.Surface.Current.LogicalSize);
        Assert.Equal(1, test.Surface.Current.Scale);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Without_viewporter_the_picture_keeps_its_size()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions().With(("wp_viewporter", 0), ("wp_fractional_scale_manager_v1", 0)));
        await test.InvokeAsync(() => test.View.ShowAbsence(Core.Scanout.ScanoutAbsence.VmGone));
        await test.MapAsync();
        Assert.Equal((1280, 800), test.Surface.Current.LogicalSize);

        await test.ShowAsync(test.Memory(640, 480));
        await test.ConfigureAsync(800, 480, ToplevelState.Activated);

        Assert.Equal((640, 480), test.Surface.Current.LogicalSize);
        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Absurd_size_of_a_compositor_is_survived()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.InvokeAsync(() => test.View.ShowAbsence(Core.Scanout.ScanoutAbsence.VmGone));
        await test.MapAsync();
        await test.ConfigureAsync(int.MaxValue, int.MaxValue, ToplevelState.Maximized);
        await test.ConfigureAsync(-5, int.MinValue, ToplevelState.Activated);
        await test.ShowAsync(test.Memory(64, 32));
        await test.ConfigureAsync(int.MaxValue, 1, ToplevelState.Maximized);

        Assert.Equal(0, test.Failures);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Fullscreen_is_asked_for_at_the_start()
    {
        await using TestWindow test = await TestWindow.StartAsync(
            new CompositorOptions { FirstConfigureSize = (1920, 1080), FirstConfigureStates = [ToplevelState.Fullscreen] }
                .With(("zxdg_decoration_manager_v1", 0)), fullscreen: true);
        await test.ShowAsync(test.Memory(1920, 1080));

        Assert.Single(test.Compositor.RequestsNamed("xdg_toplevel", "set_fullscreen"));
        Assert.Equal((1920, 1080), test.Surface.Current.LogicalSize);
        Assert.Single(test.Compositor.RequestsNamed("xdg_surface", "get_toplevel"));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Close_button_is_told()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(64, 32));
        await test.Compositor.CloseAsync(test.Toplevel);
        await test.Source.WaitForAsync("closed");
    }
}
