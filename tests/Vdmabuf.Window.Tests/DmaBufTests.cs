using Vdmabuf.Compositor;
using Vdmabuf.Core.Settings;
using Vdmabuf.Wayland;

namespace Vdmabuf.Window.Tests;

/// <summary>The dma-buf rung, with memfds standing in: the scripted compositor maps whatever it gets.</summary>
public sealed class DmaBufTests
{
    [Fact]
    public async Task First_of_a_kind_is_created_with_an_answer_and_the_next_at_once()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        GuestMemory a = test.DmaBuf(64, 32).Fill(0x0000aa), b = test.DmaBuf(64, 32).Fill(0x00bb00);

        await test.ShowAsync(a);
        await test.ShowAsync(b);
        await test.ShowAsync(a);

        Assert.Equal([false, true], test.Compositor.Imports.Select(import => import.Immediate));
        Assert.Equal(a.Buffer.Identity.Inode, test.Compositor.Imports[0].Planes[0].File.Inode);
        Assert.Equal(0x0000aau, (await test.PixelsAsync()).Rgb(3, 3));
        Assert.Equal("dma-buf", await test.InvokeAsync(() => test.View.RungName));
        Assert.Equal(0, await test.InvokeAsync(() => test.View.Statistics.BytesCopied));
        Assert.Equal([b.Buffer], test.Source.Released.Skip(1));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Refused_kind_is_asked_once_and_the_last_good_frame_stays_where_it_cannot_be_copied()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(64, 32).Fill(0x00cc00));
        test.Compositor.ImportPolicy = _ => ImportVerdict.Fail;

        ulong serial = await test.PresentAsync(test.DmaBuf(64, 32).Fill(0xff0000), awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        serial = await test.PresentAsync(test.DmaBuf(64, 32).Fill(0xff0000), awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        await test.ConfigureAsync(200, 100, ToplevelState.Activated);

        Assert.Single(test.Compositor.Imports);
        Assert.Equal(0x00cc00u, (await test.PixelsAsync()).Rgb(3, 3));
        Assert.Contains(test.Log.Warnings, line => line.Contains("refused a dma-buf of 64x32 XR24", StringComparison.Ordinal));
        Assert.Contains(test.Log.Warnings, line => line.Contains("DMA_BUF_IOCTL_SYNC", StringComparison.Ordinal) && line.Contains("last good frame", StringComparison.Ordinal));
        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);

        await test.ShowAsync(test.Memory(64, 32).Fill(0x0000dd));
        Assert.Equal(0x0000ddu, (await test.PixelsAsync()).Rgb(3, 3));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Refused_first_frame_of_all_is_let_go_and_the_next_one_maps()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        test.Compositor.ImportPolicy = _ => ImportVerdict.Fail;

        ulong serial = await test.PresentAsync(test.DmaBuf(64, 32), awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        Assert.False((await test.FindToplevelAsync()).Surface.IsMapped);

        await test.ShowAsync(test.Memory(64, 32).Fill(0x0000dd));
        Assert.Equal(0x0000ddu, (await test.PixelsAsync()).Rgb(3, 3));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Another_main_device_is_asked_anew()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.DmaBuf(64, 32));
        Assert.Equal(1, await test.InvokeAsync(() => test.Windows.Verdicts.Count));

        await test.Compositor.SetDmabufFeedbackAsync(DmabufFeedback.Linear(DmabufFeedback.RenderNode + 1, Fourcc.Xrgb8888));
        await test.SyncAsync();
        Assert.Equal(0, await test.InvokeAsync(() => test.Windows.Verdicts.Count));
        await test.ShowAsync(test.DmaBuf(64, 32));

        Assert.Equal([false, false], test.Compositor.Imports.Select(import => import.Immediate));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Hundreds_of_feedbacks_leave_no_fd()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.DmaBuf(64, 32));
        await test.Compositor.ResendDmabufFeedbackAsync();
        await test.SyncAsync();
        int before = TestWindow.CountFds();

        for (int i = 0; i < 300; i++) await test.Compositor.ResendDmabufFeedbackAsync();
        await test.SyncAsync();

        Assert.Equal(before, TestWindow.CountFds());
        Assert.Equal(1, await test.InvokeAsync(() => test.Windows.Verdicts.Count));
    }

    [Fact]
    public async Task Forbidden_dma_bufs_never_reach_the_compositor()
    {
        await using TestWindow test = await TestWindow.StartAsync(settings: new ViewSettings { ForbidDmaBuf = true });

        ulong serial = await test.PresentAsync(test.DmaBuf(64, 32), awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        await test.SyncAsync();

        Assert.Empty(test.Compositor.RequestsNamed("zwp_linux_dmabuf_v1", "create_params"));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Tiled_buffer_that_is_refused_is_not_copied_as_if_it_were_linear()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(64, 32).Fill(0x00cc00));

        ulong serial = await test.PresentAsync(test.Memory(64, 32, memory: Core.Scanout.BufferMemory.DmaBuf, modifier: 0x0100000000000001), awaited: true);
        await test.Source.WaitForDoneAsync(serial);

        Assert.Contains(test.Log.Warnings, line => line.Contains("cannot be shown", StringComparison.Ordinal));
        Assert.Equal(0x00cc00u, (await test.PixelsAsync()).Rgb(3, 3));
    }

    [Fact]
    public async Task Frames_wait_for_a_held_import_and_states_are_answered_meanwhile()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(64, 32).Fill(0x00cc00));
        test.Compositor.ImportPolicy = _ => ImportVerdict.Hold;

        ulong serial = await test.PresentAsync(test.DmaBuf(64, 32).Fill(0x0000ee), awaited: true);
        DmabufImport import = await test.Compositor.WaitForHeldImportAsync();
        await test.Source.WaitForDoneAsync(serial);
        await test.ConfigureAsync(200, 100, ToplevelState.Activated);
        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);
        Assert.Equal(0x00cc00u, (await test.PixelsAsync()).Rgb(3, 3));

        await test.Compositor.DecideAsync(import, ImportVerdict.Accept);
        await test.SettleAsync();
        Assert.Equal(0x0000eeu, (await test.PixelsAsync()).Rgb(3, 3));
        Assert.Empty(test.Compositor.Violations);
    }

    [Theory]
    [InlineData(ImportVerdict.Accept)]
    [InlineData(ImportVerdict.Fail)]
    public async Task Buffer_retired_while_importing_is_cleaned_up_by_the_answer(ImportVerdict answer)
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(64, 32).Fill(0x00cc00));
        test.Compositor.ImportPolicy = _ => ImportVerdict.Hold;
        GuestMemory guest = test.DmaBuf(64, 32);
        await test.PresentAsync(guest, awaited: true);
        DmabufImport import = await test.Compositor.WaitForHeldImportAsync();

        await test.InvokeAsync(() => guest.Buffer.Dispose());
        await test.Compositor.DecideAsync(import, answer);
        await test.SyncAsync();

        Assert.Equal(1, await test.InvokeAsync(() => test.View.BufferCount));
        Assert.Null(await test.InvokeAsync(() => test.Session.Failure));
        Assert.Equal(answer == ImportVerdict.Accept, import.Buffer?.IsDestroyed ?? false);
        Assert.DoesNotContain(guest.Buffer, test.Source.Released);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task View_closed_while_importing_leaves_the_session_alive()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        test.Compositor.ImportPolicy = _ => ImportVerdict.Hold;
        await test.PresentAsync(test.DmaBuf(64, 32), awaited: true);
        DmabufImport import = await test.Compositor.WaitForHeldImportAsync();

        await test.InvokeAsync(() => test.Windows.CloseView(test.View));
        await test.Compositor.DecideAsync(import, ImportVerdict.Accept);
        await test.SyncAsync();

        Assert.Null(await test.InvokeAsync(() => test.Session.Failure));
        Assert.True(import.Buffer!.IsDestroyed);
        Assert.Empty(test.Compositor.Surfaces);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Protocol_error_on_an_import_fails_the_session_with_its_place()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        test.Compositor.ImportPolicy = _ => ImportVerdict.ProtocolError;
        var failed = new TaskCompletionSource<Exception>();
        await test.InvokeAsync(() => test.Session.Failed += failed.SetResult);

        await test.PresentAsync(test.DmaBuf(64, 32), awaited: true);

        var error = Assert.IsType<WaylandProtocolException>(await failed.Task.WaitAsync(TestWindow.Patience));
        Assert.Equal("zwp_linux_buffer_params_v1", error.InterfaceName);
        Assert.Equal("invalid_wl_buffer", error.CodeName);
        Assert.NotEqual(0u, error.ObjectId);
        ulong serial = await test.PresentAsync(test.Memory(64, 32), awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        Assert.Equal(1, test.Failures);
    }

    [Fact]
    public async Task Compositor_that_vanishes_while_importing_fails_the_session_and_releases()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        GuestMemory shown = test.DmaBuf(64, 32);
        await test.ShowAsync(shown);
        test.Compositor.ImportPolicy = _ => ImportVerdict.Hold;
        await test.PresentAsync(test.DmaBuf(128, 32), awaited: true);
        await test.Compositor.WaitForHeldImportAsync();
        var failed = new TaskCompletionSource<Exception>();
        await test.InvokeAsync(() => test.Session.Failed += failed.SetResult);

        await test.Compositor.DisconnectAsync();

        Assert.IsType<WaylandDisconnectedException>(await failed.Task.WaitAsync(TestWindow.Patience));
        await test.InvokeAsync(() =>
        {
            test.View.SetTitle("after");
            test.View.MoveCursor(1, 1, true);
            test.View.ShowAbsence(Core.Scanout.ScanoutAbsence.VmGone);
            test.Windows.CloseView(test.View);
        });
        Assert.Contains(shown.Buffer, test.Source.Released);
        Assert.Equal(1, test.Failures);
    }
}
