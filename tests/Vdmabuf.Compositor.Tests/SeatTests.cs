using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor.Tests;

public sealed class SeatTests
{
    [Fact]
    public async Task Pointer_and_keyboard_input_arrives_in_order()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);
        uint seat = client.Bind("wl_seat", 8);
        uint pointer = client.Create(seat, "get_pointer");
        uint keyboard = client.Create(seat, "get_keyboard");
        client.Roundtrip();
        Surface surface = (await compositor.WaitForToplevelAsync()).Surface;

        await compositor.Seat.PointerEnterAsync(surface, 10.5, 20.25);
        await compositor.Seat.PointerButtonAsync(0x110, true);
        await compositor.Seat.PointerAxisValue120Async(0, 60);
        await compositor.Seat.PointerFrameAsync();
        await compositor.Seat.KeyboardEnterAsync(surface, 30, 42);
        await compositor.Seat.KeyAsync(30, false);
        await compositor.Seat.ModifiersAsync(1);
        await compositor.Seat.PointerLeaveAsync();
        await compositor.Seat.KeyboardLeaveAsync();
        client.Roundtrip();

        Assert.Equal(
            ["enter", "frame", "button", "axis_source", "axis_value120", "axis", "frame", "leave", "frame"],
            client.Events.Where(e => e.ObjectId == pointer).Select(e => e.Name));
        Assert.Equal(
            ["keymap", "repeat_info", "enter", "modifiers", "key", "modifiers", "leave"],
            client.Events.Where(e => e.ObjectId == keyboard).Select(e => e.Name));
        Assert.Equal(new object?[] { window.Surface, 10.5, 20.25 }, client.EventsOf(pointer, "enter").Single().Args.Skip(1));
        Assert.Equal(new byte[] { 30, 0, 0, 0, 42, 0, 0, 0 }, client.EventsOf(keyboard, "enter").Single().Args[2]);
        WireEvent keymap = client.EventsOf(keyboard, "keymap").Single();
        Assert.Equal((long)(uint)keymap.Args[2]!, ((ReceivedFd)keymap.Args[1]!).Size);
    }

    [Fact]
    public async Task Old_pointer_gets_discrete_steps()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start();
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        _ = new RawWindow(client);
        uint pointer = client.Create(client.Bind("wl_seat", 5), "get_pointer");
        client.Roundtrip();

        await compositor.Seat.PointerEnterAsync((await compositor.WaitForToplevelAsync()).Surface, 0, 0);
        await compositor.Seat.PointerAxisValue120Async(0, -120);
        client.Roundtrip();

        Assert.Equal(new object?[] { 0u, -1 }, client.EventsOf(pointer, "axis_discrete").Single().Args);
        Assert.Equal(-10.0, client.EventsOf(pointer, "axis").Single().Args[2]);
    }

    [Fact]
    public async Task Lock_relative_motion_inhibitor_and_cursor_shape_work_together()
    {
        await using ScriptedCompositor compositor = TestCompositor.Start(new CompositorOptions { ActivateConstraints = false });
        using RawClient client = await TestCompositor.ConnectAsync(compositor);
        RawWindow window = new(client);
        uint seat = client.Bind("wl_seat", 8);
        uint pointer = client.Create(seat, "get_pointer");
        uint relative = client.Create(client.Bind("zwp_relative_pointer_manager_v1", 1), "get_relative_pointer", pointer);
        uint locked = client.Create(client.Bind("zwp_pointer_constraints_v1", 1), "lock_pointer", window.Surface, pointer, null, 2u);
        uint inhibitor = client.Create(client.Bind("zwp_keyboard_shortcuts_inhibit_manager_v1", 1), "inhibit_shortcuts", window.Surface, seat);
        uint shape = client.Create(client.Bind("wp_cursor_shape_manager_v1", 1), "get_pointer", pointer);
        client.Roundtrip();
        Assert.Empty(client.EventsOf(locked, "locked"));

        uint serial = await compositor.Seat.PointerEnterAsync((await compositor.WaitForToplevelAsync()).Surface, 0, 0);
        PointerConstraint constraint = (await compositor.Seat.ConstraintsAsync()).Single();
        await compositor.Seat.ActivateConstraintAsync(constraint);
        await compositor.Seat.RelativeMotionAsync(1.5, -2);
        await compositor.Seat.DeactivateConstraintAsync(constraint);
        await compositor.SetInhibitorActiveAsync((await compositor.ShortcutsInhibitorsAsync()).Single(), false);
        client.Send(shape, "set_shape", serial, 9u);
        client.Roundtrip();

        Assert.Single(client.EventsOf(locked, "locked"));
        Assert.Single(client.EventsOf(locked, "unlocked"));
        Assert.Equal(new object?[] { 1.5, -2.0, 1.5, -2.0 }, client.EventsOf(relative, "relative_motion").Single().Args.Skip(2));
        Assert.Single(client.EventsOf(inhibitor, "active"));
        Assert.Single(client.EventsOf(inhibitor, "inactive"));
        Assert.Equal(9u, compositor.Seat.Cursor!.Shape);
        Assert.Empty(compositor.Violations);
    }
}
