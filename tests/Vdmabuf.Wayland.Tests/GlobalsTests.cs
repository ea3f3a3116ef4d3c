using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

public sealed class GlobalsTests : IDisposable
{
    private readonly RawPeer _peer = new();
    private readonly WlRegistry _registry;
    private readonly WaylandGlobals _globals;

    public GlobalsTests()
    {
        _registry = _peer.Display.GetRegistry();
        _globals = new WaylandGlobals(_registry);
    }

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Bind_takes_the_highest_common_version()
    {
        Announce(1, "wl_seat", 99);
        Announce(2, "wl_compositor", 4);

        Assert.Equal(WlSeat.InterfaceVersion, _globals.Bind<WlSeat>().Version);
        Assert.Equal(5u, _globals.Bind<WlSeat>(maxVersion: 5).Version);
        Assert.Equal(4u, _globals.Bind<WlCompositor>().Version);
    }

    [Fact]
    public void Global_that_is_missing_or_too_old_is_named()
    {
        Announce(2, "wl_compositor", 4);

        Assert.False(_globals.TryBind<WlCompositor>(out _, minVersion: 5));
        var old = Assert.Throws<WaylandGlobalMissingException>(() => _globals.Bind<WlCompositor>(5));
        var none = Assert.Throws<WaylandGlobalMissingException>(() => _globals.Bind<WlShm>());

        Assert.Equal(("wl_compositor", 5u, 4u), (old.InterfaceName, old.NeededVersion, old.OfferedVersion));
        Assert.Equal(0u, none.OfferedVersion);
    }

    [Fact]
    public void Global_of_version_zero_is_not_bound()
    {
        Announce(2, "wl_compositor", 0);

        Assert.False(_globals.TryBind<WlCompositor>(out _));
    }

    [Fact]
    public void Coming_and_going_is_reported()
    {
        var log = new List<string>();
        _globals.GlobalAdded += global => log.Add($"+{global.Name}");
        _globals.GlobalRemoved += global => log.Add($"-{global.Name} {global.Interface}");

        Announce(3, "wl_output", 4);
        _peer.Send(_registry.Id, 1, RawPeer.Words(3));
        _peer.Send(_registry.Id, 1, RawPeer.Words(3));
        _peer.Display.ReadAndDispatch();

        Assert.Equal(["+3", "-3 wl_output"], log);
        Assert.Empty(_globals.All);
    }

    private void Announce(uint name, string type, uint version)
    {
        _peer.Send(_registry.Id, 0, RawPeer.Words(name), RawPeer.Text(type), RawPeer.Words(version));
        _peer.Display.ReadAndDispatch();
    }
}
