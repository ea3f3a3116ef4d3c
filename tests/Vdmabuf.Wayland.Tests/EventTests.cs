using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

public sealed class EventTests : IDisposable
{
    private const uint ServerId = 0xff000000;
    private readonly RawPeer _peer = new();

    public void Dispose() => _peer.Dispose();

    [Fact]
    public void Strings_and_numbers_arrive_as_sent()
    {
        var seen = new List<WaylandGlobal>();
        WlRegistry registry = _peer.Display.GetRegistry();
        registry.Global += (name, type, version) => seen.Add(new WaylandGlobal(name, type, version));

        _peer.Send(registry.Id, 0, RawPeer.Words(7), RawPeer.Text("wl_größe"), RawPeer.Words(3));
        _peer.Display.ReadAndDispatch();

        Assert.Equal([new WaylandGlobal(7, "wl_größe", 3)], seen);
    }

    [Fact]
    public void Null_string_arrives_as_null()
    {
        WlDataSource source = _peer.Bind<WlDataDeviceManager>(3).CreateDataSource();
        string? seen = "unset";
        source.Target += type => seen = type;

        _peer.Send(source.Id, 0, RawPeer.Text(null));
        _peer.Display.ReadAndDispatch();

        Assert.Null(seen);
    }

    [Fact]
    public void Array_and_object_arrive_typed()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(5).CreateSurface();
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        byte[] keys = [];
        WlSurface? entered = null;
        keyboard.Enter += (serial, target, pressed) => (entered, keys) = (target, pressed.ToArray());

        _peer.Send(keyboard.Id, 1, RawPeer.Words(1, surface.Id), RawPeer.Array([1, 2, 3, 4, 5]));
        _peer.Display.ReadAndDispatch();

        Assert.Same(surface, entered);
        Assert.Equal([1, 2, 3, 4, 5], keys);
    }

    [Fact]
    public void Fixed_and_enum_arguments_are_converted()
    {
        WlPointer pointer = _peer.Bind<WlSeat>(7).GetPointer();
        (WlPointerAxis Axis, double Value) seen = default;
        pointer.Axis += (time, axis, value) => seen = (axis, value.ToDouble());

        _peer.Send(pointer.Id, 4, RawPeer.Words(5, 1, unchecked((uint)-384)));
        _peer.Display.ReadAndDispatch();

        Assert.Equal((WlPointerAxis.HorizontalScroll, -1.5), seen);
    }

    [Fact]
    public void Object_disposed_before_dispatch_arrives_as_null()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(5).CreateSurface();
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        var seen = new List<WlSurface?>();
        keyboard.Leave += (serial, target) => seen.Add(target);
        _peer.Send(keyboard.Id, 2, RawPeer.Words(1, surface.Id));

        surface.Dispose();
        _peer.Display.ReadAndDispatch();

        Assert.Equal([null], seen);
    }

    [Fact]
    public unsafe void Object_of_another_library_arrives_as_null()
    {
        WlCompositor compositor = _peer.Bind<WlCompositor>(5);
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        WaylandArgument argument = default;

        // SAFETY: create_surface has one argument; the proxy is destroyed below.
        nint foreign = Native.NativeMethods.ProxyMarshalArrayFlags(
            compositor.Handle, 0, (nint)WlSurface.Interface.GetNative(), 5, 0, &argument);
        var seen = new List<WlSurface?>();
        keyboard.Leave += (serial, target) => seen.Add(target);

        _peer.Send(keyboard.Id, 2, RawPeer.Words(1, Native.NativeMethods.ProxyGetId(foreign)));
        _peer.Display.ReadAndDispatch();
        Native.NativeMethods.ProxyDestroy(foreign);

        Assert.Equal([null], seen);
    }

    [Fact]
    public void Fd_without_handler_is_closed()
    {
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        (SafeFileHandle read, SafeFileHandle write) = Libc.CreatePipe();
        using SafeFileHandle end = read;
        _peer.SendWithFd(write, keyboard.Id, 0, RawPeer.Words(1, 100));
        write.Dispose();
        Assert.False(Libc.IsHungUp(end));

        _peer.Display.ReadAndDispatch();

        Assert.True(Libc.IsHungUp(end));
    }

    [Fact]
    public void Fd_with_handler_belongs_to_the_handler()
    {
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        SafeFileHandle? taken = null;
        keyboard.Keymap += (format, fd, size) => taken = fd;
        (SafeFileHandle read, SafeFileHandle write) = Libc.CreatePipe();
        using SafeFileHandle end = read;
        _peer.SendWithFd(write, keyboard.Id, 0, RawPeer.Words(1, 100));
        write.Dispose();

        _peer.Display.ReadAndDispatch();

        Assert.False(Libc.IsHungUp(end));
        taken!.Dispose();
        Assert.True(Libc.IsHungUp(end));
    }

    [Fact]
    public void Event_to_destroyed_object_is_not_raised_and_its_fd_closed()
    {
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        bool raised = false;
        keyboard.Keymap += (format, fd, size) => raised = true;
        (SafeFileHandle read, SafeFileHandle write) = Libc.CreatePipe();
        using SafeFileHandle end = read;
        uint id = keyboard.Id;
        keyboard.Release();

        _peer.SendWithFd(write, id, 0, RawPeer.Words(1, 100));
        write.Dispose();
        _peer.Display.ReadAndDispatch();

        Assert.False(raised);
        Assert.True(Libc.IsHungUp(end));
    }

    [Fact]
    public void Event_queued_before_dispose_is_not_raised()
    {
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        int count = 0;
        keyboard.RepeatInfo += (rate, delay) =>
        {
            count++;
            keyboard.Dispose();
        };
        _peer.Send(keyboard.Id, 5, RawPeer.Words(25, 600));
        _peer.Send(keyboard.Id, 5, RawPeer.Words(30, 600));

        _peer.Display.ReadAndDispatch();

        Assert.Equal(1, count);
    }

    [Fact]
    public void New_object_without_handler_is_destroyed_at_once()
    {
        WlDataDevice device = _peer.Bind<WlDataDeviceManager>(3).GetDataDevice(_peer.Bind<WlSeat>(5));
        _peer.ReadRequests();

        _peer.Send(device.Id, 0, RawPeer.Words(ServerId));
        _peer.Display.ReadAndDispatch();

        RawRequest request = Assert.Single(_peer.ReadRequests());
        Assert.Equal((ServerId, (ushort)2), (request.Object, request.Opcode));
    }

    [Fact]
    public void New_object_with_handler_is_live_and_hears_its_events()
    {
        WlDataDevice device = _peer.Bind<WlDataDeviceManager>(3).GetDataDevice(_peer.Bind<WlSeat>(5));
        WlDataOffer? made = null;
        WlDataOffer? selected = null;
        var types = new List<string>();
        device.DataOffer += offer =>
        {
            made = offer;
            offer.Offer += types.Add;
        };
        device.Selection += offer => selected = offer;

        _peer.Send(device.Id, 0, RawPeer.Words(ServerId));
        _peer.Send(ServerId, 0, RawPeer.Text("text/plain"));
        _peer.Send(device.Id, 5, RawPeer.Words(ServerId));
        _peer.Display.ReadAndDispatch();

        Assert.NotNull(made);
        Assert.Same(made, selected);
        Assert.Equal(["text/plain"], types);
        Assert.Equal(3u, made.Version);
    }

    [Fact]
    public void Destructor_event_releases_before_handlers_so_that_they_can_recycle()
    {
        WlSurface surface = _peer.Bind<WlCompositor>(5).CreateSurface();
        WlCallback callback = surface.Frame();
        bool releasedInHandler = false;
        uint stamp = 0;
        callback.Done += time =>
        {
            stamp = time;
            releasedInHandler = callback.IsReleased;
            surface.Frame(callback);
        };

        _peer.Send(callback.Id, 0, RawPeer.Words(1234));
        _peer.Display.ReadAndDispatch();

        Assert.True(releasedInHandler);
        Assert.Equal(1234u, stamp);
        Assert.False(callback.IsReleased);
    }

    [Fact]
    public void Handler_exception_comes_out_of_dispatch_and_what_follows_leaks_nothing()
    {
        WlKeyboard keyboard = _peer.Bind<WlSeat>(7).GetKeyboard();
        int keymaps = 0;
        keyboard.RepeatInfo += (rate, delay) => throw new FormatException("from the handler");
        keyboard.Keymap += (format, fd, size) => keymaps++;
        (SafeFileHandle read, SafeFileHandle write) = Libc.CreatePipe();
        using SafeFileHandle end = read;
        _peer.Send(keyboard.Id, 5, RawPeer.Words(25, 600));
        _peer.SendWithFd(write, keyboard.Id, 0, RawPeer.Words(1, 100));
        write.Dispose();

        FormatException first = Assert.Throws<FormatException>(() => _peer.Display.ReadAndDispatch());

        Assert.Equal("from the handler", first.Message);
        Assert.Equal(0, keymaps);
        Assert.True(Libc.IsHungUp(end));
        Assert.True(_peer.Display.IsFaulted);
        Assert.Throws<FormatException>(() => _peer.Display.DispatchPending());
    }

    [Fact]
    public void Display_disposed_by_a_handler_closes_after_the_dispatch()
    {
        WlCallback callback = _peer.Display.Sync();
        WlCallback second = _peer.Display.Sync();
        int raised = 0;
        callback.Done += data =>
        {
            raised++;
            _peer.Display.Dispose();
        };
        second.Done += data => raised++;
        _peer.Send(callback.Id, 0, RawPeer.Words(0));
        _peer.Send(second.Id, 0, RawPeer.Words(0));

        _peer.Display.ReadAndDispatch();

        Assert.Equal(1, raised);
        Assert.True(second.IsReleased);
        Assert.Equal(0, _peer.Display.Handle);
        Assert.Throws<ObjectDisposedException>(() => _peer.Display.DispatchPending());
    }

    [Fact]
    public void Queue_raises_its_events_apart_from_the_display()
    {
        WaylandEventQueue queue = _peer.Display.CreateQueue();
        WlRegistry apart = queue.GetRegistry();
        var seen = new List<uint>();
        apart.Global += (name, type, version) => seen.Add(name);
        _peer.Send(apart.Id, 0, RawPeer.Words(7), RawPeer.Text("a"), RawPeer.Words(3));

        _peer.Display.ReadAndDispatch();
        Assert.Empty(seen);
        queue.DispatchPending();
        Assert.Equal([7u], seen);

        queue.Dispose();
        _peer.Send(apart.Id, 0, RawPeer.Words(8), RawPeer.Text("a"), RawPeer.Words(3));
        _peer.Display.ReadAndDispatch();
        Assert.Equal([7u, 8u], seen);
    }

    [Fact]
    public void Queue_disposed_by_its_own_handler_is_refused()
    {
        WaylandEventQueue queue = _peer.Display.CreateQueue();
        WlRegistry apart = queue.GetRegistry();
        apart.GlobalRemove += name => queue.Dispose();
        _peer.Send(apart.Id, 1, RawPeer.Words(7));
        _peer.Display.ReadAndDispatch();

        Assert.Throws<InvalidOperationException>(() => queue.DispatchPending());
    }

    [Fact]
    public void Object_put_on_a_queue_takes_along_the_objects_it_makes()
    {
        using WaylandEventQueue queue = _peer.Display.CreateQueue();
        WlSurface surface = _peer.Bind<WlCompositor>(5).CreateSurface();
        surface.SetQueue(queue);
        WlCallback callback = surface.Frame();
        int done = 0;
        callback.Done += _ => done++;
        _peer.Send(callback.Id, 0, RawPeer.Words(1));

        _peer.Display.ReadAndDispatch();
        Assert.Equal(0, done);

        Assert.Equal(1, queue.DispatchPending());
        Assert.Equal(1, done);
    }

    [Fact]
    public void Queue_of_another_connection_is_refused()
    {
        using var other = new RawPeer();
        WlSurface surface = _peer.Bind<WlCompositor>(5).CreateSurface();
        using WaylandEventQueue queue = other.Display.CreateQueue();

        Assert.Throws<ArgumentException>(() => surface.SetQueue(queue));
    }
}
