namespace Vdmabuf.Compositor.Tests;

public sealed class DescriptorTests
{
    [Fact]
    public async Task Descriptors_and_mappings_are_gone_when_client_and_compositor_are()
    {
        const string Name = "leak-probe-pixels";
        await using (ScriptedCompositor compositor = TestCompositor.Start())
        {
            using RawClient client = await TestCompositor.ConnectAsync(compositor);
            RawWindow window = new RawWindow(client).Configure();
            uint dmabuf = client.Bind("zwp_linux_dmabuf_v1", 5);
            for (int i = 0; i < 50; i++)
            {
                uint pool = client.Create(window.Shm, "create_pool", Wire.Memfd.Create(Name, new byte[64]), 64);
                window.Show(client.Create(pool, "create_buffer", 0, 4, 4, 16, 1u));
                uint parameters = client.Create(dmabuf, "create_params");
                client.Send(parameters, "add", Wire.Memfd.Create(Name, new byte[64]), 0u, 0u, 16u, 0u, 0u);
                switch (i % 3)
                {
                    case 0:
                        client.Create(parameters, "create_immed", 4, 4, Fourcc.Xrgb8888, 0u);
                        break;
                    case 1:
                        client.Send(parameters, "create", 4, 4, 0x20202020u, 0u);
                        break;
                }
                client.Roundtrip();
            }
            Assert.NotEqual(0, Mentions(Name));
            Assert.Empty(compositor.Violations);
        }
        Assert.Equal(0, Mentions(Name));
    }

    [Fact]
    public async Task Destroyed_objects_give_their_memory_back_while_the_client_lives()
    {
        const string Name = "leak-probe-destroyed";
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        uint pool = client.Create(window.Shm, "create_pool", Wire.Memfd.Create(Name, new byte[64]), 64);
        uint buffer = client.Create(pool, "create_buffer", 0, 4, 4, 16, 1u);
        window.Show(buffer);
        client.Send(pool, "destroy");
        client.Send(buffer, "destroy");
        client.Roundtrip();
        Surface surface = (await compositor.WaitForMappedToplevelAsync()).Surface;
        Assert.Equal(0u, (await compositor.ReadPixelsAsync(surface)).Rgb(0, 0));
        Assert.NotEqual(0, Mentions(Name));

        window.Show(window.ShmBuffer(2, 2, 1));
        client.Roundtrip();

        Assert.Equal(0, Mentions(Name));
    }

    /// <summary>Open descriptors and mappings of this process that belong to a memfd of that name.</summary>
    private static int Mentions(string name)
    {
        int maps = File.ReadLines("/proc/self/maps").Count(line => line.Contains(name, StringComparison.Ordinal));
        int fds = Directory.EnumerateFiles("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget?.Contains(name, StringComparison.Ordinal) == true);
        return maps + fds;
    }
}
