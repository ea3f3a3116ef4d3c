namespace Vdmabuf.Compositor.Tests;

public sealed class WindowTests
{
    [Fact]
    public async Task Window_of_shm_pixels_is_recorded_shown_and_released()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions { FirstConfigureSize = (640, 480) });
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();

        uint buffer = window.ShmBuffer(4, 2, 0x112233);
        window.Show(buffer);
        client.Roundtrip();

        Toplevel toplevel = await compositor.WaitForMappedToplevelAsync();
        PixelImage image = await compositor.ReadPixelsAsync(toplevel.Surface);
        Assert.Equal("raw", toplevel.Title);
        Assert.Equal((4, 2, Fourcc.Xrgb8888), (image.Width, image.Height, image.Format));
        Assert.Equal(0x112233u, image.Rgb(3, 1));
        Assert.Equal([640, 480], client.EventsOf(window.Toplevel, "configure").Single().Args.Take(2).Cast<int>());
        Assert.Single(client.EventsOf(buffer, "release"));
        Assert.Equal(2, toplevel.Surface.CommitCount);
        Assert.Empty(compositor.Violations);
        RecordedRequest attach = await compositor.WaitForRequestAsync("wl_surface", "attach");
        Assert.Equal(buffer, attach.Args[0]);
        Assert.True(attach.MonotonicNanoseconds > 0);
    }

    [Fact]
    public async Task Two_buffers_in_turn_release_one_per_replacement()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions { ShmRelease = ReleasePolicy.AtReplacement });
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        (uint a, uint b) = (window.ShmBuffer(2, 2, 1), window.ShmBuffer(2, 2, 2));

        window.Show(a);
        window.Show(a);
        client.Roundtrip();
        Assert.Empty(client.EventsOf(a, "release"));

        window.Show(b);
        client.Roundtrip();
        Assert.Single(client.EventsOf(a, "release"));
        Assert.Empty(client.EventsOf(b, "release"));
    }

    [Fact]
    public async Task Delayed_releases_come_when_the_script_says_so()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        await compositor.DelayReleasesAsync();
        (uint a, uint b) = (window.ShmBuffer(2, 2, 1), window.ShmBuffer(2, 2, 2));

        window.Show(a);
        window.Show(b);
        client.Roundtrip();
        Assert.Empty(client.EventsOf(a, "release"));
        Assert.Equal(2, (await compositor.BusyBuffersAsync()).Count);

        Assert.Equal(1, await compositor.ReleaseAllAsync());
        client.Roundtrip();
        Assert.Single(client.EventsOf(a, "release"));
        Assert.Empty(client.EventsOf(b, "release"));
    }

    [Fact]
    public async Task Held_frame_callbacks_come_when_the_frame_is_completed()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        await compositor.HoldFrameCallbacksAsync();
        uint presentation = client.Bind("wp_presentation", 1);
        uint callback = client.Create(window.Surface, "frame");
        uint feedback = client.Create(presentation, "feedback", window.Surface);

        window.Show(window.ShmBuffer(2, 2, 1));
        client.Roundtrip();
        Assert.Empty(client.EventsOf(callback, "done"));

        await compositor.CompleteFrameAsync();
        client.Roundtrip();
        Assert.Single(client.EventsOf(callback, "done"));
        Assert.Single(client.EventsOf(feedback, "presented"));
        Assert.Contains(callback, client.DeletedIds);
        Assert.Contains(feedback, client.DeletedIds);
    }

    [Fact]
    public async Task Refresh_mode_answers_the_callback_and_an_overtaken_feedback_is_discarded()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions { Frames = FrameMode.Manual });
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        uint presentation = client.Bind("wp_presentation", 1);
        uint first = client.Create(presentation, "feedback", window.Surface);
        window.Show(window.ShmBuffer(2, 2, 1));
        uint second = client.Create(presentation, "feedback", window.Surface);
        uint callback = client.Create(window.Surface, "frame");
        window.Show(window.ShmBuffer(2, 2, 2));
        client.Roundtrip();
        Assert.Single(client.EventsOf(first, "discarded"));

        await compositor.SetFrameModeAsync(FrameMode.Refresh);
        client.ReadUntil(() => client.EventsOf(callback, "done").Any());

        WireEvent presented = client.EventsOf(second, "presented").Single();
        Assert.Equal(16_666_666u, presented.Args[3]);
    }

    [Fact]
    public async Task Configure_close_and_ping_reach_the_client()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        client.Roundtrip();
        Toplevel toplevel = await compositor.WaitForToplevelAsync();

        uint serial = await compositor.ConfigureAsync(toplevel, 300, 200, ToplevelState.Maximized, ToplevelState.Suspended);
        await compositor.CloseAsync(toplevel);
        Task ping = compositor.PingAsync();
        client.ReadUntil(() => client.EventsOf(window.Shell, "ping").Any());
        client.Send(window.Shell, "pong", client.EventsOf(window.Shell, "ping").Single().Args[0]);
        client.Roundtrip();
        await ping;

        Assert.Equal(serial, client.EventsOf(window.XdgSurface, "configure").Last().Args[0]);
        WireEvent configure = client.EventsOf(window.Toplevel, "configure").Last();
        Assert.Equal((300, 200), ((int)configure.Args[0]!, (int)configure.Args[1]!));
        Assert.Equal(new byte[] { 1, 0, 0, 0, 9, 0, 0, 0 }, configure.Args[2]);
        Assert.Single(client.EventsOf(window.Toplevel, "close"));
    }
}
