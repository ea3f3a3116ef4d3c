using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

public sealed class RequestTests : IDisposable
{
    private readonly RawPeer _peer = new();

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Attach_with_null_buffer_sends_id_zero()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(4).CreateSurface();
        _peer.ReadRequests();

        surface.Attach(null, -3, 4);

        RawRequest request = Assert.Single(_peer.ReadRequests());
        Assert.Equal((surface.Id, (ushort)1), (request.Object, request.Opcode));
        Assert.Equal(RawPeer.Words(0, unchecked((uint)-3), 4), request.Body);
    }

    [Fact]
    public void Bind_sends_name_interface_version_and_id()
    {
        WlRegistry registry = _peer.Display.GetRegistry();
        _peer.ReadRequests();

        WlCompositor compositor = registry.Bind<WlCompositor>(42, 3);

        RawRequest request = Assert.Single(_peer.ReadRequests());
        Assert.Equal([.. RawPeer.Words(42), .. RawPeer.Text("wl_compositor"), .. RawPeer.Words(3, compositor.Id)], request.Body);
        Assert.Equal(3u, compositor.Version);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(WlCompositor.InterfaceVersion + 1)]
    public void Bind_with_impossible_version_is_refused(uint version)
    {
        WlRegistry registry = _peer.Display.GetRegistry();

        Assert.Throws<ArgumentOutOfRangeException>(() => registry.Bind<WlCompositor>(1, version));
    }

    [Theory]
    [InlineData("")]
    [InlineData("größer als gedacht")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public void String_of_any_length_arrives_whole(string title)
    {
        XdgToplevel toplevel = CreateToplevel();
        _peer.ReadRequests();

        toplevel.SetTitle(title);

        RawRequest request = Assert.Single(_peer.ReadRequests());
        Assert.Equal(RawPeer.Text(title), request.Body);
    }

    [Fact]
    public void String_that_just_fits_is_sent_and_one_more_is_refused()
    {
        // 4096 = header 8 + length 4 + text and NUL, padded to 4.
        XdgToplevel toplevel = CreateToplevel();
        _peer.ReadRequests();

        toplevel.SetTitle(new string('x', 4083));
        var error = Assert.Throws<WaylandMessageSizeException>(() => toplevel.SetTitle(new string('x', 4084)));

        Assert.Equal(4096, 8 + Assert.Single(_peer.ReadRequests()).Body.Length);
        Assert.Equal((4100L, 4096), (error.Size, error.Limit));
        Assert.Contains("xdg_toplevel.set_title", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void String_with_nul_is_refused()
    {
        XdgToplevel toplevel = CreateToplevel();

        Assert.Throws<ArgumentException>(() => toplevel.SetTitle("a\0b"));
    }

    [Fact]
    public void Fd_stays_the_callers()
    {
        WlShm shm = _peer.Bind<WlShm>(1);
        using SafeFileHandle memory = Libc.CreateMemfd(Encoding.ASCII.GetBytes("pixels"));

        shm.CreatePool(memory, 6);
        _peer.Drain();

        Assert.False(memory.IsClosed);
        Assert.Equal(6, RandomAccess.GetLength(memory));
    }

    [Fact]
    public void Closed_fd_is_refused()
    {
        WlShm shm = _peer.Bind<WlShm>(1);
        SafeFileHandle memory = Libc.CreateMemfd([]);
        memory.Dispose();

        Assert.Throws<ObjectDisposedException>(() => shm.CreatePool(memory, 6));
    }

    [Fact]
    public void Request_newer_than_the_bound_version_throws_with_both_versions()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(3).CreateSurface();
        _peer.ReadRequests();

        var error = Assert.Throws<WaylandVersionException>(() => surface.DamageBuffer(0, 0, 1, 1));

        Assert.Equal(("wl_surface", "damage_buffer", 4u, 3u), (error.InterfaceName, error.Request, error.Since, error.Bound));
        Assert.Empty(_peer.ReadRequests());
    }

    [Fact]
    public void Dispose_uses_the_destructor_where_the_version_has_one()
    {
        WlSeat older = _peer.Bind<WlSeat>(4);
        WlSeat newer = _peer.Bind<WlSeat>(5);
        uint newerId = newer.Id;
        _peer.ReadRequests();

        older.Dispose();
        newer.Dispose();

        RawRequest request = Assert.Single(_peer.ReadRequests());
        Assert.Equal((newerId, (ushort)3), (request.Object, request.Opcode));
        Assert.True(older.IsReleased && newer.IsReleased);
    }

    [Fact]
    public void Released_object_refuses_requests_and_to_be_an_argument()
    {
        WlCompositor compositor = _peer.Bind<WlCompositor>(4);
        WlSurface surface = compositor.CreateSurface();
        WlRegion region = compositor.CreateRegion();
        region.Destroy();

        Assert.Throws<ObjectDisposedException>(() => region.Add(0, 0, 1, 1));
        Assert.Throws<ObjectDisposedException>(() => surface.SetOpaqueRegion(region));
        region.Dispose();
    }

    [Fact]
    public void Object_of_another_connection_is_refused()
    {
        using var other = new RawPeer();
        WlSurface surface = _peer.Bind<WlCompositor>(4).CreateSurface();
        WlRegion region = other.Bind<WlCompositor>(4).CreateRegion();

        Assert.Throws<ArgumentException>(() => surface.SetOpaqueRegion(region));
    }

    [Fact]
    public void Wrapper_in_use_is_not_recycled()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(4).CreateSurface();
        WlCallback callback = surface.Frame();

        Assert.Throws<InvalidOperationException>(() => surface.Frame(callback));
    }

    [Fact]
    public void Unbound_wrapper_can_be_bound_by_a_request()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(4).CreateSurface();
        WlCallback callback = WlCallback.CreateUnbound();
        Assert.True(callback.IsReleased);

        surface.Frame(callback);

        Assert.False(callback.IsReleased);
        Assert.Equal(surface.Version, callback.Version);
    }

    [Fact]
    public void Disposed_display_releases_all_objects()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(4).CreateSurface();

        _peer.Display.Dispose();

        Assert.True(surface.IsReleased);
        surface.Dispose();
        Assert.Throws<ObjectDisposedException>(() => surface.Commit());
        Assert.Throws<ObjectDisposedException>(() => _peer.Display.Sync());
    }

    private XdgToplevel CreateToplevel() =>
        _peer.Bind<XdgWmBase>(2).GetXdgSurface(_peer.Bind<WlCompositor>(4).CreateSurface()).GetToplevel();
}
