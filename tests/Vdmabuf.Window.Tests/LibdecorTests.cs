using System.Runtime.InteropServices;
using Vdmabuf.Compositor;

namespace Vdmabuf.Window.Tests;

/// <summary>Frames drawn by libdecor, where the compositor draws none.</summary>
public sealed class LibdecorTests
{
    private static readonly CompositorOptions NoDecorations = new CompositorOptions().With(("zxdg_decoration_manager_v1", 0));

    [SkippableFact]
    public async Task Window_without_server_side_frame_gets_one_of_libdecor_and_shows_the_picture()
    {
        Skip.IfNot(NativeLibrary.TryLoad("libdecor-0.so.0", out _), "libdecor-0.so.0 is not installed");
        await using TestWindow test = await TestWindow.StartAsync(NoDecorations);

        await test.ShowAsync(test.Memory(640, 480).Fill(0x00cc00));

        Assert.Equal(2, test.Compositor.RequestsNamed("xdg_surface", "get_toplevel").Count);
        Assert.Equal("vm", test.Toplevel.Title);
        Assert.Equal((640, 480), test.Surface.Current.LogicalSize);
        Assert.Equal(0x00cc00u, (await test.PixelsAsync()).Rgb(0, 0));
        await test.ConfigureAsync(800, 600, ToplevelState.Activated);
        await test.ShowAsync(test.Memory(800, 600).Fill(0x0000cc));
        Assert.Equal(0x0000ccu, (await test.PixelsAsync()).Rgb(0, 0));
        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);

        await test.InvokeAsync(() => test.View.SetTitle("other\0name"));
        await test.SyncAsync();
        Assert.Equal("othername", test.Toplevel.Title);
        await test.Compositor.CloseAsync(test.Toplevel);
        await test.Source.WaitForAsync("closed");
        await test.InvokeAsync(() => test.Windows.CloseView(test.View));
        await test.SyncAsync();
        Assert.Equal(0, test.Failures);
        Assert.Empty(test.Compositor.Violations);
    }
}
