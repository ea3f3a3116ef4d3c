namespace Vdmabuf.Compositor.Tests;

public sealed class RobustnessTests
{
    [Fact]
    public async Task Random_requests_end_their_client_at_most()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        for (int seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            using RawClient hostile = await TestCompositor.ConnectAsync(compositor);
            RawWindow window = new(hostile);
            uint[] targets =
            [
                1, hostile.Registry, window.Surface, window.XdgSurface, window.Toplevel, window.Shell, window.Shm, window.CompositorId,
                hostile.Bind("zwp_linux_dmabuf_v1", 5), hostile.Bind("wl_seat", 8), hostile.Bind("wp_viewporter", 1), hostile.Bind("wl_subcompositor", 1),
            ];
            hostile.Roundtrip();
            for (int i = 0; i < 20; i++)
                hostile.SendRaw(targets[random.Next(targets.Length)], random.Next(6), Body(random, targets));
            hostile.FlushOnce();
        }

        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        client.Roundtrip();

        Assert.Null(client.Error);
        Assert.NotEmpty(compositor.Violations);
    }

    [Fact]
    public async Task Hook_that_throws_is_told_at_the_end()
    {
        ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        compositor.OnRequest = _ => throw new FormatException("from the hook");

        client.Create(1, "sync");
        client.ReadUntil(() => false);

        Assert.True(client.IsClosed);
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await compositor.DisposeAsync());
        Assert.IsType<FormatException>(error.InnerException);
    }

    /// <summary>Words that are often ids, small numbers or extremes.</summary>
    private static byte[] Body(Random random, uint[] ids)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        for (int words = random.Next(8); words > 0; words--)
        {
            writer.Write(random.Next(4) switch
            {
                0 => ids[random.Next(ids.Length)],
                1 => (uint)random.Next(100),
                2 => uint.MaxValue - (uint)random.Next(3),
                _ => (uint)random.NextInt64(uint.MaxValue),
            });
        }
        return stream.ToArray();
    }
}
