using System.Runtime.InteropServices;
using Vdmabuf.Compositor;

namespace Vdmabuf.Window.Tests;

public sealed class CursorTests
{
    [Fact]
    public async Task Straight_shape_is_premultiplied_and_has_its_hot_spot()
    {
        await using TestWindow test = await OverAsync();
        await test.InvokeAsync(() =>
        {
            test.View.DefineCursor(2, 1, 1, 0, Argb(0x80ff4000, 0xff010203));
            test.View.MoveCursor(5, 5, true);
        });
        await test.SyncAsync();

        CursorState cursor = test.Compositor.Seat.Cursor!;
        Assert.Equal((1, 0), (cursor.HotspotX, cursor.HotspotY));
        byte[] bytes = (await test.PixelsAsync(cursor.Surface!)).Bytes;
        Assert.Equal([0x80802000u, 0xff010203u], MemoryMarshal.Cast<byte, uint>(bytes).ToArray());
        Assert.Equal("cursor", cursor.Surface!.Role);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Premultiplied_shape_is_left_alone()
    {
        await using TestWindow test = await OverAsync();
        await test.InvokeAsync(() =>
        {
            test.View.DefineCursor(2, 1, 0, 0, Argb(0x80402000, 0));
            test.View.MoveCursor(5, 5, true);
        });
        await test.SyncAsync();

        byte[] bytes = (await test.PixelsAsync(test.Compositor.Seat.Cursor!.Surface!)).Bytes;
        Assert.Equal([0x80402000u, 0u], MemoryMarshal.Cast<byte, uint>(bytes).ToArray());
    }

    [Fact]
    public async Task Hidden_pointer_is_hidden_and_shown_again()
    {
        await using TestWindow test = await OverAsync();
        await test.InvokeAsync(() =>
        {
            test.View.DefineCursor(1, 1, 0, 0, Argb(0xffffffff));
            test.View.MoveCursor(5, 5, true);
        });
        await test.SyncAsync();
        await test.InvokeAsync(() => test.View.MoveCursor(5, 5, false));
        await test.SyncAsync();
        Assert.Null(test.Compositor.Seat.Cursor!.Surface);
        Assert.Equal(0u, test.Compositor.Seat.Cursor.Shape);

        await test.InvokeAsync(() => test.View.MoveCursor(5, 5, true));
        await test.SyncAsync();
        Assert.True(test.Compositor.Seat.Cursor!.Surface!.IsMapped);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Before_any_shape_there_is_the_desktops_arrow_or_our_own()
    {
        await using TestWindow named = await OverAsync();
        Assert.Equal(1u, named.Compositor.Seat.Cursor!.Shape);

        await using TestWindow drawn = await OverAsync(new CompositorOptions().With(("wp_cursor_shape_manager_v1", 0)));
        PixelImage arrow = await drawn.PixelsAsync(drawn.Compositor.Seat.Cursor!.Surface!);
        Assert.Equal((12, 17), (arrow.Width, arrow.Height));
        Assert.Empty(drawn.Compositor.Violations);
    }

    [Fact]
    public async Task Scale_shows_the_shape_at_device_resolution()
    {
        await using TestWindow test = await OverAsync(new CompositorOptions { FractionalScale120 = 240 });
        await test.InvokeAsync(() =>
        {
            test.View.DefineCursor(16, 16, 8, 4, new byte[1024]);
            test.View.MoveCursor(5, 5, true);
        });
        await test.SyncAsync();

        CursorState cursor = test.Compositor.Seat.Cursor!;
        Assert.Equal((8, 8), cursor.Surface!.Current.LogicalSize);
        Assert.Equal((4, 2), (cursor.HotspotX, cursor.HotspotY));
    }

    [Theory]
    [InlineData(ReleasePolicy.AtCommit)]
    [InlineData(ReleasePolicy.Manual)]
    public async Task Flood_of_shapes_keeps_buffers_and_fds_flat_and_ends_with_the_newest(ReleasePolicy policy)
    {
        await using TestWindow test = await OverAsync(new CompositorOptions { ShmRelease = policy });
        await test.InvokeAsync(() =>
        {
            test.View.DefineCursor(4, 4, 0, 0, new byte[64]);
            test.View.MoveCursor(5, 5, true);
        });
        for (int i = 0; i < 3; i++)
        {
            byte[] shape = Argb([.. Enumerable.Repeat(0xff000000u | (uint)i, 16)]);
            await test.InvokeAsync(() =>
            {
                // So many in one turn that both buffers are taken.
                for (int k = 0; k < 10; k++) test.View.DefineCursor(4, 4, 0, 0, shape);
            });
            await test.SyncAsync();
        }
        int fds = TestWindow.CountFds();
        int made = test.Compositor.RequestsNamed("wl_shm_pool", "create_buffer").Count;

        for (int i = 0; i < 100; i++)
        {
            uint colour = 0xff000100u + (uint)i;
            await test.InvokeAsync(() =>
            {
                for (int k = 0; k < 100; k++) test.View.DefineCursor(4, 4, k % 4, 0, Argb([.. Enumerable.Repeat(colour, 16)]));
            });
        }
        await test.SyncAsync();
        await test.Compositor.SetReleasePolicyAsync(ReleasePolicy.AtCommit, ReleasePolicy.AtCommit);
        await test.Compositor.ReleaseAllAsync(alsoShown: true);
        await test.SyncAsync();

        Assert.Equal(fds, TestWindow.CountFds());
        Assert.Equal(made, test.Compositor.RequestsNamed("wl_shm_pool", "create_buffer").Count);
        Assert.Equal(0x000163u, (await test.PixelsAsync(test.Compositor.Seat.Cursor!.Surface!)).Rgb(0, 0));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Relative_guests_pointer_is_drawn_at_its_own_place_above_the_picture()
    {
        await using TestWindow test = await OverAsync();
        await test.InvokeAsync(() =>
        {
            test.View.SetPointerMode(false);
            test.View.DefineCursor(4, 4, 1, 1, Argb([.. Enumerable.Repeat(0xff00ff00u, 16)]));
            test.View.MoveCursor(100, 50, true);
            test.View.MoveCursor(101, 51, true);
        });
        await test.SyncAsync();

        Subsurface overlay = Assert.Single(test.Compositor.Surfaces.Select(surface => surface.RoleObject).OfType<Subsurface>());
        Assert.InRange(overlay.Position.X, 100, 101);
        Assert.InRange(overlay.Position.Y, 50, 51);
        Assert.True(overlay.Surface.IsMapped);
        Assert.Equal(1u, test.Compositor.Seat.Cursor!.Shape);

        // Letterboxed, the picture is a subsurface too: it must not cover the pointer.
        await test.ConfigureAsync(800, 200, ToplevelState.Maximized);
        RecordedRequest placed = Assert.Single(test.Compositor.RequestsNamed("wl_subsurface", "place_above"));
        Assert.Equal(test.Surface.Id, placed.Args[0]);
        Assert.InRange(overlay.Position.X, 300, 301);

        await test.InvokeAsync(() => test.View.MoveCursor(1, 1, false));
        await test.SyncAsync();
        Assert.True(overlay.IsDestroyed);
        Assert.Equal(0, test.Failures);
        Assert.Empty(test.Compositor.Violations);
    }

    private static async Task<TestWindow> OverAsync(CompositorOptions? options = null)
    {
        TestWindow test = await TestWindow.StartAsync(options);
        await test.ShowAsync(test.Memory(400, 200));
        await test.Compositor.Seat.PointerEnterAsync(test.Surface, 20, 20);
        await test.SyncAsync();
        return test;
    }

    private static byte[] Argb(params uint[] words) => MemoryMarshal.AsBytes<uint>(words).ToArray();
}
