using System.Runtime.InteropServices;
using FsCheck.Xunit;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Dmabuf;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

public sealed class DmabufTests : IDisposable
{
    private const uint Xr24 = 0x34325258;
    private const uint Ar24 = 0x34325241;
    private const ulong Tiled = 0x0100000000000002;
    private readonly RawPeer _peer = new();

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Feedback_takes_effect_as_a_whole_at_done()
    {
        using var capabilities = new DmabufCapabilities(_peer.Bind<ZwpLinuxDmabufV1>(4));
        int changes = 0;
        capabilities.Changed += () => changes++;
        uint feedback = FeedbackId();

        SendTable(feedback, (Xr24, 0), (Xr24, Tiled), (Ar24, 0));
        SendDevice(feedback, 2, 0xe201);
        SendTranche(feedback, 0xe202, 1, 1);
        SendTranche(feedback, 0xe201, 0, 2, 0);
        _peer.Display.ReadAndDispatch();
        Assert.False(capabilities.IsReady);
        Assert.False(capabilities.Supports(Xr24, 0));
        _peer.Send(feedback, 0);
        _peer.Display.ReadAndDispatch();

        Assert.True(capabilities.IsReady);
        Assert.Equal(1, changes);
        Assert.Equal(0xe201ul, capabilities.MainDevice);
        Assert.Equal(2, capabilities.Tranches.Count);
        Assert.Equal(0xe202ul, capabilities.Tranches[0].TargetDevice);
        Assert.Equal(ZwpLinuxDmabufFeedbackV1TrancheFlags.Scanout, capabilities.Tranches[0].Flags);
        Assert.Equal([new DmabufFormat(Ar24, 0), new DmabufFormat(Xr24, 0)], capabilities.Tranches[1].Formats);
        Assert.True(capabilities.Supports(Xr24, Tiled));
        Assert.False(capabilities.Supports(Ar24, Tiled));
    }

    [Fact]
    public void Later_set_uses_the_earlier_table_and_replaces_the_tranches()
    {
        using var capabilities = new DmabufCapabilities(_peer.Bind<ZwpLinuxDmabufV1>(4));
        uint feedback = FeedbackId();
        SendTable(feedback, (Xr24, 0), (Xr24, Tiled));
        SendDevice(feedback, 2, 1);
        SendTranche(feedback, 1, 0, 0, 1);
        _peer.Send(feedback, 0);
        SendTranche(feedback, 1, 0, 1);
        _peer.Send(feedback, 0);

        _peer.Display.ReadAndDispatch();

        Assert.False(capabilities.Supports(Xr24, 0));
        Assert.True(capabilities.Supports(Xr24, Tiled));
    }

    [Fact]
    public void Set_that_makes_no_sense_is_rejected_and_the_last_one_stays()
    {
        using var capabilities = new DmabufCapabilities(_peer.Bind<ZwpLinuxDmabufV1>(4));
        var rejected = new List<DmabufFeedbackException>();
        capabilities.Rejected += rejected.Add;
        uint feedback = FeedbackId();
        SendTable(feedback, (Xr24, 0));
        SendTranche(feedback, 1, 0, 0);
        _peer.Send(feedback, 0);

        SendTranche(feedback, 1, 0, 1);
        _peer.Send(feedback, 0);
        _peer.Send(feedback, 2, RawPeer.Array([1, 2, 3, 4]));
        _peer.Send(feedback, 0);
        _peer.Send(feedback, 5, RawPeer.Array([0]));
        _peer.Send(feedback, 0);
        SendTable(feedback, 17, (Xr24, 0), (Xr24, 0));
        _peer.Send(feedback, 0);
        _peer.Display.ReadAndDispatch();

        Assert.Equal(4, rejected.Count);
        Assert.True(capabilities.Supports(Xr24, 0));
        Assert.Single(capabilities.Tranches);
    }

    [Fact]
    public void Table_fd_is_closed_after_parsing()
    {
        using var capabilities = new DmabufCapabilities(_peer.Bind<ZwpLinuxDmabufV1>(4));
        (SafeFileHandle read, SafeFileHandle write) = Libc.CreatePipe();
        using SafeFileHandle end = read;

        _peer.SendWithFd(write, FeedbackId(), 1, RawPeer.Words(16));
        write.Dispose();
        _peer.Display.ReadAndDispatch();

        Assert.True(Libc.IsHungUp(end));
    }

    [Fact]
    public void Version_3_lists_modifiers_until_the_callback()
    {
        ZwpLinuxDmabufV1 dmabuf = _peer.Bind<ZwpLinuxDmabufV1>(3);
        using var capabilities = new DmabufCapabilities(dmabuf);
        RawRequest sync = _peer.ReadRequests()[^1];
        _peer.Send(dmabuf.Id, 0, RawPeer.Words(Xr24));
        _peer.Send(dmabuf.Id, 1, RawPeer.Words(Xr24, (uint)(Tiled >> 32), (uint)(Tiled & uint.MaxValue)));
        _peer.Display.ReadAndDispatch();
        Assert.False(capabilities.IsReady);

        _peer.Send(sync.Word(0), 0, RawPeer.Words(0));
        _peer.Display.ReadAndDispatch();

        Assert.True(capabilities.IsReady);
        Assert.True(capabilities.Supports(Xr24, Tiled));
        Assert.False(capabilities.Supports(Xr24, DmabufFormat.ImplicitModifier));
        Assert.Null(capabilities.MainDevice);
        Assert.Equal([new DmabufFormat(Xr24, Tiled)], Assert.Single(capabilities.Tranches).Formats);
        using WlSurface surface = _peer.Bind<WlCompositor>(4).CreateSurface();
        Assert.Null(capabilities.SurfaceFeedback(surface));
    }

    [Fact]
    public void Version_1_lists_formats_with_the_implicit_modifier()
    {
        ZwpLinuxDmabufV1 dmabuf = _peer.Bind<ZwpLinuxDmabufV1>(1);
        using var capabilities = new DmabufCapabilities(dmabuf);
        _peer.Send(dmabuf.Id, 0, RawPeer.Words(Xr24));
        _peer.Display.ReadAndDispatch();

        Assert.True(capabilities.Supports(Xr24, DmabufFormat.ImplicitModifier));
    }

    [Theory]
    [InlineData(15u)]
    [InlineData(17u)]
    [InlineData(DmabufFormatTable.SizeLimit + 16)]
    [InlineData(0xfffffff0u)]
    [InlineData(64u)]
    public void Table_with_impossible_or_untrue_size_is_refused(uint size)
    {
        using SafeFileHandle file = Libc.CreateMemfd(new byte[48]);

        Assert.Throws<DmabufFeedbackException>(() => DmabufFormatTable.Parse(file, size));
    }

    [Property]
    public bool Table_gives_back_what_was_put_in((uint Fourcc, ulong Modifier)[] entries)
    {
        using SafeFileHandle file = Libc.CreateMemfd(Table(entries));

        DmabufFormat[] parsed = DmabufFormatTable.Parse(file, (uint)entries.Length * 16);

        return parsed.SequenceEqual(entries.Select(entry => new DmabufFormat(entry.Fourcc, entry.Modifier)));
    }

    private static byte[] Table(params (uint Fourcc, ulong Modifier)[] entries) => MemoryMarshal.AsBytes<ulong>(
        entries.SelectMany(entry => new[] { 0xdeadbeef00000000 | entry.Fourcc, entry.Modifier }).ToArray()).ToArray();

    private uint FeedbackId() => _peer.ReadRequests()[^1].Word(0);

    private void SendTable(uint feedback, params (uint, ulong)[] entries) => SendTable(feedback, (uint)entries.Length * 16, entries);

    private void SendTable(uint feedback, uint size, params (uint, ulong)[] entries)
    {
        using SafeFileHandle file = Libc.CreateMemfd(Table(entries));
        _peer.SendWithFd(file, feedback, 1, RawPeer.Words(size));
    }

    private void SendDevice(uint feedback, ushort opcode, ulong device) =>
        _peer.Send(feedback, opcode, RawPeer.Array(MemoryMarshal.AsBytes(new Span<ulong>(ref device))));

    private void SendTranche(uint feedback, ulong device, uint flags, params ushort[] indices)
    {
        SendDevice(feedback, 4, device);
        _peer.Send(feedback, 6, RawPeer.Words(flags));
        _peer.Send(feedback, 5, RawPeer.Array(MemoryMarshal.AsBytes(indices.AsSpan())));
        _peer.Send(feedback, 3);
    }
}
