namespace Vdmabuf.Compositor.Tests;

public sealed class MisbehaviourTests
{
    [Fact]
    public async Task Posted_error_reaches_the_client_before_the_connection_closes()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);
        client.Roundtrip();
        Client server = compositor.Client;

        await compositor.PostErrorAsync((await compositor.WaitForToplevelAsync()).Surface, 3, "by script");
        client.ReadUntil(() => false);

        Assert.Equal(new object?[] { window.Surface, 3u, "by script" }, client.Error!.Args);
        Assert.True(server.IsGone);
        Assert.Empty(compositor.Violations);
        Assert.Empty(compositor.Toplevels);
    }

    [Fact]
    public async Task Stopped_reading_fills_the_socket_and_resuming_empties_it()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        uint region = client.Create(client.Bind("wl_compositor", 6), "create_region");
        client.Roundtrip();
        long before = compositor.RequestCount;

        await compositor.StopReadingAsync();
        int sent = 0;
        do
        {
            client.Send(region, "add", 0, 0, 1, 1);
            sent++;
        }
        while (client.FlushOnce() && sent < 1_000_000);
        Assert.True(sent < 1_000_000);
        Assert.Equal(before, compositor.RequestCount);

        await compositor.ResumeReadingAsync();
        client.Roundtrip();
        Assert.Equal(sent + 1, compositor.RequestCount - before);
    }

    [Fact]
    public async Task Events_for_dead_objects_and_garbage_go_out_as_they_are()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);
        client.Roundtrip();
        Toplevel toplevel = await compositor.WaitForToplevelAsync();
        client.Send(window.Toplevel, "destroy");
        client.Roundtrip();

        await compositor.SendEventAsync(toplevel, "close");
        client.Roundtrip();
        Assert.Single(client.EventsOf(window.Toplevel, "event 1"));

        await compositor.SendGarbageAsync([1, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Throws<InvalidDataException>(() => client.ReadUntil(() => false));
    }

    [Fact]
    public async Task Withdrawn_global_is_told_and_a_late_bind_still_works()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        Assert.NotEmpty(client.Globals());
        Global dmabuf = (await compositor.GlobalsAsync()).First(g => g.Interface == "zwp_linux_dmabuf_v1");

        await compositor.RemoveGlobalAsync(dmabuf);
        client.Roundtrip();
        Assert.Equal(dmabuf.Name, client.EventsOf(client.Registry, "global_remove").Single().Args[0]);

        client.BindAs(dmabuf.Name, dmabuf.Interface, 4);
        client.Roundtrip();
        Assert.Null(client.Error);
    }

    [Fact]
    public async Task Nothing_recorded_is_nothing_kept()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions { RecordLimit = 0, Frames = FrameMode.Immediate });
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        (uint a, uint b) = (window.ShmBuffer(2, 2, 1), window.ShmBuffer(2, 2, 2));
        int seen = 0;
        compositor.OnCommit = _ => seen++;

        for (int i = 0; i < 2000; i++)
        {
            client.Create(window.Surface, "frame");
            window.Show(i % 2 == 0 ? a : b);
            if (i % 50 == 0)
                client.Roundtrip();
        }
        client.Roundtrip();

        Assert.Empty(compositor.Requests);
        Assert.Equal(2000, await compositor.InvokeAsync(() => seen));
        Assert.Empty(await compositor.ObjectsAsync("wl_callback"));
        await compositor.WaitForCommitAsync(2001);
    }

    [Fact]
    public async Task Wait_that_fails_tells_the_last_requests()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        _ = new RawWindow(client);
        client.Roundtrip();

        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(() =>
            compositor.WaitForRequestAsync("xdg_toplevel", "set_fullscreen", timeout: TimeSpan.FromMilliseconds(1)));

        Assert.Contains("set_title(raw)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_end_with_the_compositor()
    {
        ScriptedCompositor compositor = TestCompositor.Start();
        Task wait = compositor.WaitForCommitAsync(1);
        await compositor.InvokeAsync(() => { });
        string folder = compositor.RuntimeDirectory;

        await compositor.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        Assert.False(Directory.Exists(folder));
    }
}
