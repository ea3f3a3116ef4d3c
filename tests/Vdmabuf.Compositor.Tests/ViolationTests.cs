namespace Vdmabuf.Compositor.Tests;

public sealed class ViolationTests
{
    public static TheoryData<string, string> Fatal => new()
    {
        { "unknown object", "unknown object 500" },
        { "newer request", "since version 4, bound is 3" },
        { "buffer before configure", "unconfigured_buffer" },
        { "unknown serial", "invalid_serial" },
        { "second role", "role" },
        { "surface before role", "defunct_role_object" },
        { "shell before surfaces", "defunct_surfaces" },
        { "shm outside pool", "invalid_stride" },
        { "shm format", "invalid_format" },
        { "viewport value", "bad_value" },
        { "viewport outside", "out_of_buffer" },
        { "scale", "invalid_scale" },
        { "bind too new", "offered is 6" },
        { "id in use", "in use" },
        { "truncated", "invalid_method" },
        { "unknown opcode", "has no request 99" },
    };

    [Theory]
    [MemberData(nameof(Fatal))]
    public async Task Broken_protocol_is_recorded_and_ends_the_client(string deed, string expected)
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);

        Do(deed, client, window);
        client.ReadUntil(() => false);

        Assert.Contains(expected, compositor.Violations.Single().Message, StringComparison.Ordinal);
        Assert.Contains(expected, (string)client.Error!.Args[2]!, StringComparison.Ordinal);
        Assert.True(client.IsClosed);
    }

    [Fact]
    public async Task Negative_damage_and_a_destroyed_buffer_are_recorded_but_not_fatal()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions { ShmRelease = ReleasePolicy.Manual });
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        uint shown = window.ShmBuffer(2, 2, 1);
        uint dead = window.ShmBuffer(2, 2, 2);

        window.Show(shown);
        client.Send(shown, "destroy");
        client.Send(window.Surface, "damage", 0, 0, -1, 5);
        client.Send(window.Surface, "attach", dead, 0, 0);
        client.Send(dead, "destroy");
        client.Send(window.Surface, "commit");
        client.Roundtrip();

        Assert.Equal(["damage with", "destroyed after its attach"], compositor.Violations.Select(v => v.Message).Zip(["damage with", "destroyed after its attach"], (m, e) => m.Contains(e, StringComparison.Ordinal) ? e : m));
        Assert.Contains("destroyed before its release", compositor.Notes.Single().Message, StringComparison.Ordinal);
        Assert.Null(client.Error);
    }

    [Fact]
    public async Task Objects_left_at_disconnect_are_noted()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);
        client.Roundtrip();
        Client server = compositor.Client;

        client.Dispose();
        await compositor.WaitForDisconnectAsync(server);

        Assert.Contains(compositor.Notes, n => n.Message == $"wl_surface@{window.Surface} was alive at disconnect");
        Assert.Empty(compositor.Violations);
    }

    private static void Do(string deed, RawClient client, RawWindow window)
    {
        switch (deed)
        {
            case "unknown object":
                client.SendRaw(500, 0);
                break;
            case "newer request":
                uint old = client.Create(client.Bind("wl_compositor", 3), "create_surface");
                client.Send(old, "damage_buffer", 0, 0, 1, 1);
                break;
            case "buffer before configure":
                window.Show(window.ShmBuffer(2, 2, 1));
                break;
            case "unknown serial":
                window.Configure();
                client.Send(window.XdgSurface, "ack_configure", 4711u);
                break;
            case "second role":
                client.Create(window.Shell, "get_xdg_surface", window.Surface);
                break;
            case "surface before role":
                client.Send(window.Surface, "destroy");
                break;
            case "shell before surfaces":
                client.Send(window.Shell, "destroy");
                break;
            case "shm outside pool":
                uint pool = client.Create(window.Shm, "create_pool", Wire.Memfd.Create("p", new byte[64]), 64);
                client.Create(pool, "create_buffer", 4, 4, 4, 16, 1u);
                break;
            case "shm format":
                uint other = client.Create(window.Shm, "create_pool", Wire.Memfd.Create("p", new byte[64]), 64);
                client.Create(other, "create_buffer", 0, 4, 4, 16, 77u);
                break;
            case "viewport value":
                client.Send(client.Create(client.Bind("wp_viewporter", 1), "get_viewport", window.Surface), "set_destination", 0, 5);
                break;
            case "viewport outside":
                window.Configure();
                client.Send(client.Create(client.Bind("wp_viewporter", 1), "get_viewport", window.Surface), "set_source", 1.0, 0.0, 2.0, 2.0);
                window.Show(window.ShmBuffer(2, 2, 1));
                break;
            case "scale":
                client.Send(window.Surface, "set_buffer_scale", 0);
                break;
            case "bind too new":
                client.Bind("wl_compositor", 7);
                break;
            case "id in use":
                client.Send(window.CompositorId, "create_surface", window.Surface);
                break;
            case "truncated":
                client.SendRaw(window.Surface, 1, 1, 2, 3, 4);
                break;
            case "unknown opcode":
                client.SendRaw(window.Surface, 99);
                break;
        }
    }
}
