using Vdmabuf.Compositor;
using Vdmabuf.Core.Settings;

namespace Vdmabuf.Window.Tests;

public sealed class InputTests
{
    private const uint Ctrl = 29, Alt = 56, G = 34, A = 30, Left = 0x110;

    [Fact]
    public async Task Keys_held_when_the_keyboard_leaves_are_lifted()
    {
        await using TestWindow test = await ShownAsync();
        await test.Compositor.Seat.KeyboardEnterAsync(test.Surface, 57);
        await test.Compositor.Seat.KeyAsync(A, true);
        await test.Compositor.Seat.KeyAsync(42, true);
        await test.Compositor.Seat.KeyAsync(42, false);
        await test.Compositor.Seat.KeyAsync(48, true);
        await test.Compositor.Seat.KeyAsync(57, false);   // went down elsewhere
        await test.Compositor.Seat.KeyboardLeaveAsync();
        await test.SyncAsync();

        Assert.Equal(["key 30 down", "key 42 down", "key 42 up", "key 48 down", "key 30 up", "key 48 up"], test.Source.Of("key"));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Held_key_is_repeated_at_the_compositors_pace_until_it_goes_up()
    {
        await using TestWindow test = await ShownAsync(new CompositorOptions { KeyRepeatRate = 50, KeyRepeatDelayMilliseconds = 20 });
        await test.Compositor.Seat.KeyboardEnterAsync(test.Surface);
        await test.Compositor.Seat.KeyAsync(42, true);
        await test.Compositor.Seat.KeyAsync(A, true);
        await test.Source.WaitUntilAsync(() => test.Source.Of("key").Count(line => line == "key 30 down") >= 4, "repeats");
        await test.Compositor.Seat.KeyAsync(A, false);
        await test.SyncAsync();
        string[] keys = [.. test.Source.Of("key")];

        Assert.Equal("key 42 down", keys[0]);
        Assert.Equal("key 30 up", keys[^1]);
        Assert.All(keys[1..^1], line => Assert.Equal("key 30 down", line));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Chord_gives_everything_back_and_its_last_key_stays_here()
    {
        await using TestWindow test = await ShownAsync();
        await GrabAsync(test);
        Assert.Single(await test.Compositor.ShortcutsInhibitorsAsync());
        test.Source.Clear();

        await test.Compositor.Seat.KeyAsync(Ctrl, true);
        await test.Compositor.Seat.KeyAsync(Alt, true);
        await test.Compositor.Seat.KeyAsync(G, true);
        await test.Compositor.Seat.KeyAsync(G, false);
        await test.Compositor.Seat.KeyAsync(Alt, false);
        await test.Compositor.Seat.KeyAsync(Ctrl, false);
        await test.SyncAsync();

        Assert.Equal(["key 29 down", "key 56 down", "key 29 up", "key 56 up"], test.Source.Of("key"));
        Assert.Empty(await test.Compositor.ShortcutsInhibitorsAsync());
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Inhibitor_ends_with_the_focus_and_is_not_made_where_settings_forbid_it()
    {
        await using TestWindow test = await ShownAsync();
        await GrabAsync(test);
        Assert.Single(await test.Compositor.ShortcutsInhibitorsAsync());
        await test.Compositor.Seat.KeyboardLeaveAsync();
        await test.SyncAsync();
        Assert.Empty(await test.Compositor.ShortcutsInhibitorsAsync());

        await using TestWindow other = await ShownAsync(settings: new ViewSettings { InhibitShortcuts = false });
        await GrabAsync(other);
        Assert.Empty(await other.Compositor.ShortcutsInhibitorsAsync());
    }

    [Fact]
    public async Task Denied_inhibitor_is_told_once()
    {
        await using TestWindow test = await ShownAsync(new CompositorOptions { ActivateShortcutInhibitors = false });
        for (int i = 0; i < 2; i++)
        {
            await GrabAsync(test);
            foreach (ShortcutsInhibitor inhibitor in await test.Compositor.ShortcutsInhibitorsAsync())
                await test.Compositor.SetInhibitorActiveAsync(inhibitor, false);
            await test.Compositor.Seat.KeyboardLeaveAsync();
            await test.SyncAsync();
        }
        Assert.Single(test.Log.Warnings, line => line.Contains("shortcuts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Positions_are_mapped_through_letterbox_and_scale_and_clamped()
    {
        await using TestWindow test = await ShownAsync(new CompositorOptions { FractionalScale120 = 180 }, width: 600, height: 300);
        // 400 x 400 logical are 600 x 600 device pixels: the picture is 400 x 200 logical in the middle.
        await test.ConfigureAsync(400, 400, ToplevelState.Maximized);
        await test.Compositor.Seat.PointerEnterAsync(test.Surface, 200, 200);
        await MoveAsync(test, 0, 0);
        await MoveAsync(test, 399.9, 399.9);
        await MoveAsync(test, 10, 110);
        await test.SyncAsync();

        Assert.Equal(["at 300,150", "at 0,0", "at 599,299", "at 15,15"], test.Source.Of("at"));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Buttons_follow_their_position_and_are_released_on_leave()
    {
        await using TestWindow test = await ShownAsync();
        await test.Compositor.Seat.PointerEnterAsync(test.Surface, 1, 1);
        await test.Compositor.Seat.PointerMotionAsync(7, 8);
        await test.Compositor.Seat.PointerButtonAsync(Left, true);
        await test.Compositor.Seat.PointerFrameAsync();
        await test.Compositor.Seat.PointerButtonAsync(0x111, true);
        await test.Compositor.Seat.PointerButtonAsync(0x111, false);
        await test.Compositor.Seat.PointerFrameAsync();
        await test.Compositor.Seat.PointerLeaveAsync();
        await test.SyncAsync();

        Assert.Equal(["at 1,1", "at 7,8", "button 110 down", "button 111 down", "button 111 up", "button 110 up"], test.Source.Lines);
    }

    [Theory]
    [InlineData(8u)]
    [InlineData(5u)]
    public async Task Wheel_gives_notches(uint version)
    {
        await using TestWindow test = await ShownAsync(new CompositorOptions().With(("wl_seat", version)));
        await test.Compositor.Seat.PointerEnterAsync(test.Surface, 1, 1);
        await test.Compositor.Seat.PointerAxisValue120Async(0, 120);
        await test.Compositor.Seat.PointerFrameAsync();
        await test.Compositor.Seat.PointerAxisValue120Async(1, -240);
        await test.Compositor.Seat.PointerFrameAsync();
        for (int i = 0; i < 4; i++)
        {
            await test.Compositor.Seat.PointerAxisAsync(0, -7.5);
            await test.Compositor.Seat.PointerFrameAsync();
        }
        await test.SyncAsync();

        Assert.Equal(["wheel 0,1", "wheel -2,0", "wheel 0,-1", "wheel 0,-1"], test.Source.Of("wheel"));
    }

    [Fact]
    public async Task Old_pointers_have_no_frames_and_every_event_counts_at_once()
    {
        await using TestWindow test = await ShownAsync(new CompositorOptions().With(("wl_seat", 4), ("wp_cursor_shape_manager_v1", 0)));
        await test.Compositor.Seat.PointerEnterAsync(test.Surface, 1, 1);
        await test.Compositor.Seat.PointerMotionAsync(5, 6);
        await test.Compositor.Seat.PointerAxisAsync(0, 15);
        await test.SyncAsync();

        Assert.Equal(["at 1,1", "at 5,6", "wheel 0,1"], test.Source.Lines);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Click_locks_the_pointer_of_a_guest_without_tablet_until_the_chord()
    {
        await using TestWindow test = await ShownAsync();
        await test.InvokeAsync(() => test.View.SetPointerMode(false));
        await GrabAsync(test);
        Assert.True(Assert.Single(await test.Compositor.Seat.ConstraintsAsync()).IsLock);
        Assert.Null(test.Compositor.Seat.Cursor!.Surface);
        Assert.Equal(0u, test.Compositor.Seat.Cursor.Shape);
        test.Source.Clear();

        await test.Compositor.Seat.RelativeMotionAsync(3.25, -2.5);
        await test.Compositor.Seat.RelativeMotionAsync(0.75, -0.5);
        await test.SyncAsync();
        Assert.Equal(["by 3,-2", "by 1,-1"], test.Source.Lines);

        foreach (uint key in new[] { Ctrl, Alt, G }) await test.Compositor.Seat.KeyAsync(key, true);
        await test.SyncAsync();
        Assert.Empty(await test.Compositor.Seat.ConstraintsAsync());
        Assert.NotEqual(0u, test.Compositor.Seat.Cursor!.Shape);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Without_constraints_the_way_over_the_window_is_the_movement()
    {
        await using TestWindow test = await ShownAsync(new CompositorOptions().With(("zwp_pointer_constraints_v1", 0)), width: 400, height: 200);
        await test.InvokeAsync(() => test.View.SetPointerMode(false));
        await test.Compositor.Seat.PointerEnterAsync(test.Surface, 10, 10);
        await MoveAsync(test, 15, 8);
        await test.SyncAsync();

        Assert.Equal(["by 5,-2"], test.Source.Lines);
    }

    [Fact]
    public async Task Tablet_that_comes_frees_a_locked_pointer()
    {
        await using TestWindow test = await ShownAsync();
        await test.InvokeAsync(() => test.View.SetPointerMode(false));
        await GrabAsync(test);
        Assert.Single(await test.Compositor.Seat.ConstraintsAsync());
        await test.InvokeAsync(() => test.View.SetPointerMode(true));
        await test.SyncAsync();
        Assert.Empty(await test.Compositor.Seat.ConstraintsAsync());
        await test.InvokeAsync(() => test.View.SetPointerMode(false));
        await test.SyncAsync();
        Assert.Single(await test.Compositor.Seat.ConstraintsAsync());
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Devices_come_and_go_without_keys_or_locks_left_behind()
    {
        await using TestWindow test = await ShownAsync();
        await test.InvokeAsync(() => test.View.SetPointerMode(false));
        await GrabAsync(test);
        await test.Compositor.Seat.KeyAsync(A, true);

        await test.Compositor.Seat.SetCapabilitiesAsync(SeatCapabilities.None);
        await test.SyncAsync();
        Assert.Equal("key 30 up", test.Source.Of("key")[^1]);
        Assert.Equal("button 110 up", test.Source.Of("button")[^1]);
        Assert.Empty(await test.Compositor.Seat.ConstraintsAsync());
        Assert.Empty(await test.Compositor.ShortcutsInhibitorsAsync());

        await test.Compositor.Seat.SetCapabilitiesAsync(SeatCapabilities.Pointer | SeatCapabilities.Keyboard);
        await test.SyncAsync();
        await GrabAsync(test);
        Assert.Single(await test.Compositor.Seat.ConstraintsAsync());
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Seat_that_is_removed_and_comes_back_works()
    {
        await using TestWindow test = await ShownAsync();
        await GrabAsync(test);
        Global seat = (await test.Compositor.GlobalsAsync()).Single(global => global.Interface == "wl_seat");
        await test.Compositor.RemoveGlobalAsync(seat);
        await test.SyncAsync();
        Assert.Equal("button 110 up", test.Source.Of("button")[^1]);

        await test.Compositor.AddGlobalAsync("wl_seat", 8);
        await test.SyncAsync();
        test.Source.Clear();
        await test.Compositor.Seat.KeyboardEnterAsync(test.Surface);
        await test.Compositor.Seat.KeyAsync(A, true);
        await test.SyncAsync();
        Assert.Equal(["key 30 down"], test.Source.Lines);
        Assert.Equal(0, test.Failures);
        Assert.Empty(test.Compositor.Violations);
    }

    private static async Task<TestWindow> ShownAsync(CompositorOptions? options = null, ViewSettings? settings = null, int width = 400, int height = 200)
    {
        TestWindow test = await TestWindow.StartAsync(options, settings);
        await test.ShowAsync(test.Memory(width, height));
        return test;
    }

    private static async Task GrabAsync(TestWindow test)
    {
        await test.Compositor.Seat.KeyboardEnterAsync(test.Surface);
        await test.Compositor.Seat.PointerEnterAsync(test.Surface, 50, 50);
        await test.Compositor.Seat.PointerButtonAsync(Left, true);
        await test.Compositor.Seat.PointerFrameAsync();
        await test.SyncAsync();
    }

    private static async Task MoveAsync(TestWindow test, double x, double y)
    {
        await test.Compositor.Seat.PointerMotionAsync(x, y);
        await test.Compositor.Seat.PointerFrameAsync();
    }
}
