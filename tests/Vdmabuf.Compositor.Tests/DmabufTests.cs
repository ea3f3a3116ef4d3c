using System.Runtime.InteropServices;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor.Tests;

public sealed class DmabufTests
{
    [Fact]
    public async Task Accepted_import_shows_the_memory_behind_the_descriptor()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new RawWindow(client).Configure();
        uint parameters = Params(client, 4, 4, 0x445566);

        client.Send(parameters, "create", 4, 4, Fourcc.Xrgb8888, 0u);
        client.Roundtrip();
        uint buffer = (uint)client.EventsOf(parameters, "created").Single().Args[0]!;
        window.Show(buffer);
        client.Roundtrip();

        Surface surface = (await compositor.WaitForMappedToplevelAsync()).Surface;
        Assert.True(buffer >= 0xff000000);
        Assert.Equal(BufferKind.Dmabuf, surface.Current.Buffer!.Kind);
        Assert.Equal(0x445566u, (await compositor.ReadPixelsAsync(surface)).Rgb(3, 3));
        Assert.True(surface.Current.Buffer.Files[0].Inode != 0);
        Assert.Empty(client.EventsOf(buffer, "release"));
        Assert.Empty(compositor.Violations);
        Assert.Empty(compositor.Notes);
    }

    [Fact]
    public async Task Policy_that_refuses_answers_failed()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        compositor.ImportPolicy = import => import.Format == Fourcc.Xrgb8888 ? ImportVerdict.Fail : ImportVerdict.Accept;
        uint parameters = Params(client, 4, 4, 0);

        client.Send(parameters, "create", 4, 4, Fourcc.Xrgb8888, 0u);
        client.Roundtrip();

        Assert.Single(client.EventsOf(parameters, "failed"));
        Assert.Null(compositor.Imports.Single().Buffer);
    }

    [Fact]
    public async Task Modifier_that_was_not_offered_answers_failed_and_is_noted()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        uint parameters = Params(client, 4, 4, 0, modifier: 0x0100000000000001);

        client.Send(parameters, "create", 4, 4, Fourcc.Xrgb8888, 0u);
        client.Roundtrip();

        Assert.Single(client.EventsOf(parameters, "failed"));
        Assert.Contains("was not offered", compositor.Notes.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_immediate_import_ends_the_client()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        compositor.ImportPolicy = _ => ImportVerdict.ProtocolError;
        uint parameters = Params(client, 4, 4, 0);

        client.Create(parameters, "create_immed", 4, 4, Fourcc.Xrgb8888, 0u);
        client.ReadUntil(() => false);

        Assert.Equal(parameters, client.Error!.Args[0]);
        Assert.Equal(7u, client.Error.Args[1]);
        Assert.Empty(compositor.Violations);
    }

    [Theory]
    [InlineData(ImportVerdict.Accept, "created")]
    [InlineData(ImportVerdict.Fail, "failed")]
    public async Task Held_import_is_answered_when_decided(ImportVerdict verdict, string expected)
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        compositor.ImportPolicy = _ => ImportVerdict.Hold;
        uint parameters = Params(client, 4, 4, 0);

        client.Send(parameters, "create", 4, 4, Fourcc.Xrgb8888, 0u);
        client.Roundtrip();
        Assert.Empty(client.EventsOf(parameters, expected));
        await compositor.DecideAsync(await compositor.WaitForHeldImportAsync(), verdict);
        client.Roundtrip();

        Assert.Single(client.EventsOf(parameters, expected));
    }

    [Fact]
    public async Task Disconnect_while_an_import_is_held_drops_it()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        compositor.ImportPolicy = _ => ImportVerdict.Hold;
        client.Send(Params(client, 4, 4, 0), "create", 4, 4, Fourcc.Xrgb8888, 0u);
        client.Roundtrip();
        DmabufImport import = await compositor.WaitForHeldImportAsync();

        await compositor.DisconnectAsync();
        client.ReadUntil(() => false);

        Assert.True(client.IsClosed);
        Assert.Null(client.Error);
        await Assert.ThrowsAsync<InvalidOperationException>(() => compositor.DecideAsync(import, ImportVerdict.Accept));
    }

    [Fact]
    public async Task Plane_outside_its_file_is_a_violation()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        uint parameters = Params(client, 4, 4, 0);

        client.Send(parameters, "create", 4, 5, Fourcc.Xrgb8888, 0u);
        client.ReadUntil(() => false);

        Assert.Equal(6u, client.Error!.Args[1]);
        Assert.Contains("out_of_bounds", compositor.Violations.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feedback_is_sent_again_with_a_fresh_table()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        uint dmabuf = client.Bind("zwp_linux_dmabuf_v1", 5);
        uint feedback = client.Create(dmabuf, "get_default_feedback");
        client.Roundtrip();

        await compositor.SetDmabufFeedbackAsync(DmabufFeedback.Linear(42, Fourcc.Argb8888));
        client.Roundtrip();

        WireEvent[] tables = client.EventsOf(feedback, "format_table").ToArray();
        Assert.Equal([128u, 32u], tables.Select(t => (uint)t.Args[1]!));
        Assert.NotEqual(((ReceivedFd)tables[0].Args[0]!).Inode, ((ReceivedFd)tables[1].Args[0]!).Inode);
        Assert.Equal(42ul, MemoryMarshal.Read<ulong>((byte[])client.EventsOf(feedback, "main_device").Last().Args[0]!));
        Assert.Equal(new byte[] { 0, 0, 1, 0 }, client.EventsOf(feedback, "tranche_formats").Last().Args[0]);
        Assert.Equal(2, client.EventsOf(feedback, "done").Count());
    }

    [Fact]
    public async Task Version_3_announces_modifiers_instead_of_feedback()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions().With(("zwp_linux_dmabuf_v1", 3)));
        using RawClient client = await TestCompositor.ConnectAsync(compositor);

        uint dmabuf = client.Bind("zwp_linux_dmabuf_v1", 3);
        client.Roundtrip();

        Assert.Equal(8, client.EventsOf(dmabuf, "modifier").Count());
        Assert.Equal(4, client.EventsOf(dmabuf, "format").Count());
    }

    private static uint Params(RawClient client, int width, int height, uint xrgb, ulong modifier = 0)
    {
        uint[] pixels = new uint[width * height];
        Array.Fill(pixels, xrgb);
        uint dmabuf = client.Bind("zwp_linux_dmabuf_v1", 5);
        uint parameters = client.Create(dmabuf, "create_params");
        client.Send(parameters, "add", Memfd.Create("picture", MemoryMarshal.AsBytes<uint>(pixels)), 0u, 0u, (uint)width * 4, (uint)(modifier >> 32), (uint)modifier);
        return parameters;
    }
}
