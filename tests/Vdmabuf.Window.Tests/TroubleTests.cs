using Vdmabuf.Compositor;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Wayland;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Tests;

/// <summary>Compositors that lack things, break, or stop; VMs with unpleasant names.</summary>
public sealed class TroubleTests
{
    [Theory]
    [InlineData("wl_compositor")]
    [InlineData("wl_shm")]
    [InlineData("xdg_wm_base")]
    public async Task Missing_global_is_named(string missing)
    {
        CompositorException error = await Assert.ThrowsAsync<CompositorException>(
            () => TestWindow.StartAsync(new CompositorOptions().With((missing, 0))));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bare_compositor_still_shows_pictures()
    {
        var globals = new Dictionary<string, uint> { ["wl_compositor"] = 4, ["wl_shm"] = 1, ["xdg_wm_base"] = 1, ["zxdg_decoration_manager_v1"] = 1 };
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { Globals = globals });

        await test.ShowAsync(test.Memory(64, 32).Fill(0x00cc00));
        await test.ConfigureAsync(300, 200, ToplevelState.Maximized);
        await test.InvokeAsync(() =>
        {
            test.View.SetPointerMode(false);
            test.View.MoveCursor(3, 3, true);
        });
        await test.SyncAsync();

        Assert.Equal(0x00cc00u, (await test.PixelsAsync()).Rgb(0, 0));
        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Protocol_error_fails_the_session_once_and_frames_go_on_being_done()
    {
        await using TestWindow test = await ShownAsync();
        Task<Exception> failed = await FailureAsync(test);

        await test.Compositor.PostErrorAsync(test.Surface, 1, "scripted");

        var error = Assert.IsType<WaylandProtocolException>(await failed);
        Assert.Equal(("wl_surface", 1u), (error.InterfaceName, error.Code));
        for (int i = 0; i < 5; i++)
        {
            ulong serial = await test.PresentAsync(test.Memory(64, 32), awaited: true);
            await test.Source.WaitForDoneAsync(serial);
        }
        Assert.Equal(1, test.Failures);
    }

    [Fact]
    public async Task Frames_presented_before_the_loop_learns_of_the_end_do_not_throw()
    {
        await using TestWindow test = await ShownAsync();
        Task<Exception> failed = await FailureAsync(test);
        GuestMemory guest = test.Memory(64, 32);

        await test.InvokeAsync(() =>
        {
            // On the loop's thread: it cannot see the hang-up before these frames are in.
            test.Compositor.DisconnectAsync().Wait(TestWindow.Patience);
            for (ulong i = 0; i < 10; i++) test.View.Present(guest.Buffer, guest.Whole, 100 + i, true);
        });

        Assert.IsAssignableFrom<WaylandException>(await failed);
        await test.Source.WaitForDoneAsync(109);
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 3, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 })]
    public async Task Garbage_fails_the_session(byte[] garbage)
    {
        await using TestWindow test = await ShownAsync();
        Task<Exception> failed = await FailureAsync(test);

        await test.Compositor.SendGarbageAsync(garbage);
        await test.Compositor.DisconnectAsync();

        Assert.IsAssignableFrom<WaylandException>(await failed);
        Assert.Equal(1, test.Failures);
    }

    [Fact]
    public async Task Compositor_that_stops_reading_costs_bounded_memory_and_gets_the_newest_later()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { Frames = FrameMode.Immediate });
        GuestMemory a = test.Memory(64, 32).Fill(1), b = test.Memory(64, 32).Fill(0x00bb00);
        await test.ShowAsync(a);
        await test.InvokeAsync(() =>
        {
            test.View.DefineCursor(8, 8, 0, 0, new byte[256]);
            test.View.SetPointerMode(false);
        });
        await test.SyncAsync();
        await test.Compositor.StopReadingAsync();

        for (int i = 0; i < 20_000; i++)
        {
            int at = i % 60;
            if (i % 100 == 0) await test.InvokeAsync(() => test.View.MoveCursor(at, at / 2, true));
            else test.Loop.Post(() => test.View.MoveCursor(at, at / 2, true));
        }
        Assert.True(await test.InvokeAsync(() => test.Session.IsClogged));
        ulong serial = await test.PresentAsync(b, awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        await test.InvokeAsync(() =>
        {
            for (int i = 0; i < 20_000; i++) test.View.MoveCursor(20, 10, true);
        });
        await test.Compositor.ResumeReadingAsync();
        await test.SettleAsync();

        Assert.Equal(0x00bb00u, (await test.PixelsAsync()).Rgb(1, 1));
        Subsurface cursor = Assert.Single(test.Compositor.Surfaces.Select(surface => surface.RoleObject).OfType<Subsurface>());
        Assert.Equal((21, 11), (cursor.Position.X + 1, cursor.Position.Y + 1));
        Assert.Empty(test.Compositor.Violations);
        // The rest of 40 000 movements was never sent, nor kept.
        Assert.InRange(test.Compositor.RequestsNamed("wl_subsurface", "set_position").Count, 2, 20_000);
    }

    [Fact]
    public async Task Hostile_name_becomes_a_harmless_title()
    {
        string name = "a\0b\n" + new string('x', 100_000) + "\ud83d";
        await using TestWindow test = await TestWindow.StartAsync(name: name);
        await test.ShowAsync(test.Memory(64, 32));
        Assert.StartsWith("abxxx", test.Toplevel.Title, StringComparison.Ordinal);
        Assert.InRange(test.Toplevel.Title!.Length, 1, 250);

        await test.InvokeAsync(() => test.View.SetTitle("\ud83d\0" + string.Concat(Enumerable.Repeat("\U0001F600", 3000))));
        await test.InvokeAsync(() => test.View.ShowAbsence(ScanoutAbsence.Disabled));
        await test.SyncAsync();
        Assert.EndsWith(" (display off)", test.Toplevel.Title, StringComparison.Ordinal);
        Assert.Equal(0, test.Failures);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Ping_is_answered()
    {
        await using TestWindow test = await ShownAsync();
        await test.Compositor.PingAsync();
    }

    [Fact]
    public async Task Outputs_may_leave_under_a_window()
    {
        await using TestWindow test = await ShownAsync();
        Global output = (await test.Compositor.GlobalsAsync()).Single(global => global.Interface == "wl_output");
        await test.Compositor.RemoveGlobalAsync(output);
        await test.SyncAsync();
        await test.ConfigureAsync(300, 200, ToplevelState.Activated);
        Assert.Equal(["size 300x200 0x0mm"], test.Source.Of("size"));
        Assert.Equal(0, test.Failures);
    }

    private static async Task<TestWindow> ShownAsync()
    {
        TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(64, 32).Fill(1));
        return test;
    }

    /// <summary>The failure that is to come.</summary>
    private static async Task<Task<Exception>> FailureAsync(TestWindow test)
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await test.InvokeAsync(() => test.Session.Failed += failed.SetResult);
        return failed.Task.WaitAsync(TestWindow.Patience);
    }
}
