using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

public sealed class ConnectionErrorTests : IDisposable
{
    private readonly RawPeer _peer = new();

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Protocol_error_names_interface_object_and_code()
    {
        XdgWmBase shell = _peer.Bind<XdgWmBase>(2);
        _peer.Send(1, 0, RawPeer.Words(shell.Id, 3), RawPeer.Text("no such parent"));

        var error = Assert.Throws<WaylandProtocolException>(() => _peer.Display.ReadAndDispatch());

        Assert.Equal(("xdg_wm_base", shell.Id, 3u, "invalid_popup_parent"), (error.InterfaceName, error.ObjectId, error.Code, error.CodeName));
        Assert.StartsWith($"xdg_wm_base@{shell.Id} error 3 (invalid_popup_parent)", error.Message, StringComparison.Ordinal);
        Assert.Contains("no such parent", error.ServerMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_libwayland_logs_reach_the_sink()
    {
        var lines = new List<string>();
        WaylandLog.Sink = lines.Add;
        try
        {
            _peer.Send(1, 0, RawPeer.Words(1, 3), RawPeer.Text("100% wrong"));
            Assert.Throws<WaylandProtocolException>(() => _peer.Display.ReadAndDispatch());
        }
        finally
        {
            WaylandLog.Sink = null;
        }

        Assert.Contains("100% wrong", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Error_on_the_display_itself_is_named()
    {
        _peer.Send(1, 0, RawPeer.Words(1, 1), RawPeer.Text("what was that"));

        var error = Assert.Throws<WaylandProtocolException>(() => _peer.Display.ReadAndDispatch());

        Assert.Equal(("wl_display", "invalid_method"), (error.InterfaceName, error.CodeName));
    }

    [Fact]
    public void Failed_connection_keeps_telling_why_and_swallows_requests()
    {
        XdgWmBase shell = _peer.Bind<XdgWmBase>(2);
        _peer.Send(1, 0, RawPeer.Words(shell.Id, 4), RawPeer.Text("x"));
        Assert.Throws<WaylandProtocolException>(() => _peer.Display.ReadAndDispatch());

        shell.Pong(1);
        shell.Dispose();

        Assert.Equal("invalid_surface_state", Assert.Throws<WaylandProtocolException>(() => _peer.Display.ReadAndDispatch()).CodeName);
        Assert.Throws<WaylandProtocolException>(() => _peer.Display.Flush());
    }

    [Fact]
    public void Hangup_gives_disconnected()
    {
        _peer.Hangup();

        var error = Assert.Throws<WaylandDisconnectedException>(() => _peer.Display.ReadAndDispatch());

        Assert.Equal(32, error.ErrorNumber);
    }

    [Fact]
    public void Flush_after_hangup_leaves_the_reason_to_reading()
    {
        WlRegistry registry = _peer.Display.GetRegistry();
        _peer.Send(1, 0, RawPeer.Words(registry.Id, 0), RawPeer.Text("last words"));
        _peer.Hangup();

        Assert.Equal(FlushResult.PeerClosed, _peer.Display.Flush());
        Assert.Contains("last words", Assert.Throws<WaylandProtocolException>(() => _peer.Display.ReadAndDispatch()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_cut_off_by_hangup_gives_disconnected()
    {
        WlRegistry registry = _peer.Display.GetRegistry();
        _peer.SendBytes(RawPeer.Words(registry.Id, 40u << 16, 7));
        _peer.Display.ReadAndDispatch();
        _peer.Hangup();

        Assert.Throws<WaylandDisconnectedException>(() => _peer.Display.ReadAndDispatch());
    }

    [Theory]
    [InlineData(new uint[] { 2, 12u << 16, 7 })]
    [InlineData(new uint[] { 2, (20u << 16) | 0, 7, 0x7fffffff, 0 })]
    [InlineData(new uint[] { 2, (24u << 16) | 0, 7, 4, 0x61616161, 1 })]
    [InlineData(new uint[] { 2, (12u << 16) | 99, 7 })]
    public void Message_that_cannot_be_read_gives_disconnected_with_invalid(uint[] message)
    {
        _peer.Display.GetRegistry();
        _peer.SendBytes(RawPeer.Words(message));

        var error = Assert.Throws<WaylandDisconnectedException>(() => _peer.Display.ReadAndDispatch());

        Assert.Equal(22, error.ErrorNumber);
    }

    [Fact]
    public void Nobody_at_the_socket_names_the_path_and_the_next_step()
    {
        string? before = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", "/nonexistent");
        try
        {
            var error = Assert.Throws<WaylandConnectException>(() => WaylandDisplay.Connect("/nonexistent/wayland-7"));

            Assert.Equal("/nonexistent/wayland-7", error.Target);
            Assert.Equal(2, error.ErrorNumber);
            Assert.Contains("WAYLAND_DISPLAY", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", before);
        }
    }

    [Fact]
    public void Full_socket_is_reported_and_empties_again()
    {
        XdgWmBase shell = _peer.Bind<XdgWmBase>(2);
        FlushResult result = FlushResult.Complete;
        for (int i = 0; i < 1_000_000 && result is FlushResult.Complete; i++)
        {
            shell.Pong(1);
            if (i % 100 == 99) result = _peer.Display.Flush();
        }

        Assert.Equal(FlushResult.SocketFull, result);
        _peer.Drain();
        Assert.Equal(FlushResult.Complete, _peer.Display.Flush());
    }
}
