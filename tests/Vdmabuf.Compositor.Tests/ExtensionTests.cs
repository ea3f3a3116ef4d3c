namespace Vdmabuf.Compositor.Tests;

public sealed class ExtensionTests
{
    [Fact]
    public async Task Decoration_is_configured_before_the_window_and_can_change()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);
        uint decoration = client.Create(client.Bind("zxdg_decoration_manager_v1", 1), "get_toplevel_decoration", window.Toplevel);
        client.Send(decoration, "set_mode", 1u);
        window.Configure();
        Assert.Equal(1u, client.EventsOf(decoration, "configure").Single().Args[0]);

        await compositor.SetDecorationAsync(await compositor.WaitForToplevelAsync(), DecorationMode.ServerSide);
        client.Roundtrip();

        Assert.Equal(2u, client.EventsOf(decoration, "configure").Last().Args[0]);
        Assert.Equal(2, client.EventsOf(window.XdgSurface, "configure").Count());
    }

    [Fact]
    public async Task Scales_and_viewport_shape_the_logical_size()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions { FractionalScale120 = 180 });
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);
        uint fractional = client.Create(client.Bind("wp_fractional_scale_manager_v1", 1), "get_fractional_scale", window.Surface);
        uint viewport = client.Create(client.Bind("wp_viewporter", 1), "get_viewport", window.Surface);
        window.Configure();
        client.Send(viewport, "set_source", 0.5, 0.0, 2.5, 2.0);
        client.Send(viewport, "set_destination", 100, 50);
        window.Show(window.ShmBuffer(3, 2, 1));
        client.Roundtrip();
        Surface surface = (await compositor.WaitForMappedToplevelAsync()).Surface;

        Assert.True(await compositor.SetPreferredScaleAsync(surface, 150));
        Assert.True(await compositor.SetPreferredBufferScaleAsync(surface, 2));
        client.Roundtrip();

        Assert.Equal([180u, 150u], client.EventsOf(fractional, "preferred_scale").Select(e => (uint)e.Args[0]!));
        Assert.Equal(2, client.EventsOf(window.Surface, "preferred_buffer_scale").Single().Args[0]);
        Assert.Equal(new SourceRect(0.5, 0, 2.5, 2), surface.Current.ViewportSource);
        Assert.Equal((100, 50), surface.Current.LogicalSize);
        Assert.Equal(new PixelRect(0, 0, int.MaxValue, int.MaxValue), surface.Current.BufferDamage.Single());
    }

    [Fact]
    public async Task Output_is_announced_changed_and_entered()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        uint output = client.Bind("wl_output", 4);
        RawWindow window = new RawWindow(client).Configure();
        window.Show(window.ShmBuffer(2, 2, 1));
        client.Roundtrip();
        Assert.Equal(output, client.EventsOf(window.Surface, "enter").Single().Args[0]);

        Global global = (await compositor.GlobalsAsync()).First(g => g.Interface == "wl_output");
        await compositor.UpdateOutputAsync(global, global.Output! with { Width = 2560, RefreshMilliHertz = 144000, Scale = 2 });
        client.Roundtrip();

        Assert.Equal([60000, 144000], client.EventsOf(output, "mode").Select(e => (int)e.Args[3]!));
        Assert.Equal(2, client.EventsOf(output, "done").Count());
    }

    [Fact]
    public async Task Synchronised_subsurface_waits_for_its_parent()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        uint child = client.Create(window.CompositorId, "create_surface");
        uint subsurface = client.Create(client.Bind("wl_subcompositor", 1), "get_subsurface", child, window.Surface);
        uint pixel = client.Create(client.Bind("wp_single_pixel_buffer_manager_v1", 1), "create_u32_rgba_buffer", uint.MaxValue, 0u, 0u, uint.MaxValue);
        client.Send(subsurface, "set_position", 7, 8);
        client.Send(child, "attach", pixel, 0, 0);
        client.Send(child, "commit");
        client.Roundtrip();
        Surface surface = compositor.Surfaces.Single(s => s.Id == child);
        Assert.False(surface.IsMapped);
        client.Send(child, "attach", null, 0, 0);

        window.Show(window.ShmBuffer(2, 2, 1));
        client.Roundtrip();

        Assert.Equal(0xff0000u, (await compositor.ReadPixelsAsync(surface)).Rgb(0, 0));
        Assert.Equal((7, 8), ((Subsurface)surface.RoleObject!).Position);
    }

    [Fact]
    public async Task Explicit_sync_demands_both_points_and_sends_no_release()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions().With(("wp_linux_drm_syncobj_manager_v1", 1)));
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        uint manager = client.Bind("wp_linux_drm_syncobj_manager_v1", 1);
        uint sync = client.Create(manager, "get_surface", window.Surface);
        uint timeline = client.Create(manager, "import_timeline", Wire.Memfd.Create("timeline", [1]));
        uint parameters = client.Create(client.Bind("zwp_linux_dmabuf_v1", 5), "create_params");
        client.Send(parameters, "add", Wire.Memfd.Create("picture", new byte[64]), 0u, 0u, 16u, 0u, 0u);
        uint buffer = client.Create(parameters, "create_immed", 4, 4, Fourcc.Xrgb8888, 0u);

        client.Send(sync, "set_acquire_point", timeline, 1u, 2u);
        client.Send(sync, "set_release_point", timeline, 1u, 3u);
        window.Show(buffer);
        client.Roundtrip();
        Surface surface = (await compositor.WaitForMappedToplevelAsync()).Surface;
        Assert.Equal((1ul << 32) + 2, surface.Current.AcquirePoint!.Point);

        window.Show(buffer);
        client.ReadUntil(() => false);
        Assert.Equal(4u, client.Error!.Args[1]);
        Assert.Empty(client.EventsOf(buffer, "release"));
    }
}
