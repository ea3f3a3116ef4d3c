using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Dmabuf;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

/// <summary>The same code against a compositor that others wrote.</summary>
[Trait("Needs", "compositor")]
public sealed class WestonTests
{
    private const int Deadline = 30_000;

    [SkippableFact]
    public void Globals_of_a_real_compositor_are_listed_and_bound()
    {
        (Weston weston, WaylandDisplay display) = Weston.Start();
        using Weston compositor = weston;
        using WaylandDisplay connection = display;
        using var globals = new WaylandGlobals(display);
        display.Roundtrip();
        var formats = new List<WlShmFormat>();

        WlShm shm = globals.Bind<WlShm>();
        shm.Format += formats.Add;
        display.Roundtrip();

        Assert.Contains(globals.All, global => global.Interface == "xdg_wm_base");
        Assert.Contains(WlShmFormat.Xrgb8888, formats);
    }

    [SkippableFact]
    public void Surface_with_shm_buffer_gets_configured_and_a_frame_callback()
    {
        (Weston weston, WaylandDisplay display) = Weston.Start();
        using Weston compositor = weston;
        using WaylandDisplay connection = display;
        using var globals = new WaylandGlobals(display);
        display.Roundtrip();
        XdgWmBase shell = globals.Bind<XdgWmBase>();
        shell.Ping += shell.Pong;
        WlSurface surface = globals.Bind<WlCompositor>(4).CreateSurface();
        XdgSurface wrapped = shell.GetXdgSurface(surface);
        XdgToplevel toplevel = wrapped.GetToplevel();
        toplevel.SetTitle("vdmabuf test");
        bool configured = false;
        wrapped.Configure += serial =>
        {
            wrapped.AckConfigure(serial);
            configured = true;
        };
        surface.Commit();
        WaitFor(display, () => configured);

        using SafeFileHandle memory = Libc.CreateMemfd(new byte[64 * 64 * 4]);
        WlShmPool pool = globals.Bind<WlShm>().CreatePool(memory, 64 * 64 * 4);
        WlBuffer buffer = pool.CreateBuffer(0, 64, 64, 64 * 4, WlShmFormat.Xrgb8888);
        pool.Destroy();
        bool drawn = false;
        WlCallback callback = surface.Frame();
        callback.Done += _ => drawn = true;
        surface.Attach(buffer, 0, 0);
        surface.DamageBuffer(0, 0, 64, 64);
        surface.Commit();

        WaitFor(display, () => drawn);

        Assert.True(callback.IsReleased);
        toplevel.Dispose();
        wrapped.Dispose();
        surface.Dispose();
        buffer.Dispose();
        display.Roundtrip();
    }

    [SkippableFact]
    public void Presentation_feedback_releases_itself()
    {
        (Weston weston, WaylandDisplay display) = Weston.Start();
        using Weston compositor = weston;
        using WaylandDisplay connection = display;
        using var globals = new WaylandGlobals(display);
        display.Roundtrip();
        WpPresentation presentation = globals.Bind<WpPresentation>();
        WlSurface surface = globals.Bind<WlCompositor>().CreateSurface();
        WpPresentationFeedback feedback = presentation.Feedback(surface);
        bool ended = false;
        feedback.Discarded += () => ended = true;
        feedback.Presented += (high, low, nanoseconds, refresh, sequenceHigh, sequenceLow, kind) => ended = true;

        surface.Commit();
        surface.Destroy();
        WaitFor(display, () => ended);

        Assert.True(feedback.IsReleased);
    }

    [SkippableFact]
    public void Second_role_is_a_typed_protocol_error()
    {
        (Weston weston, WaylandDisplay display) = Weston.Start();
        using Weston compositor = weston;
        using WaylandDisplay connection = display;
        using var globals = new WaylandGlobals(display);
        display.Roundtrip();
        XdgWmBase shell = globals.Bind<XdgWmBase>();
        WlCompositor factory = globals.Bind<WlCompositor>();
        WlSubcompositor nested = globals.Bind<WlSubcompositor>();
        WlSurface surface = factory.CreateSurface();
        nested.GetSubsurface(surface, factory.CreateSurface());
        shell.GetXdgSurface(surface).GetToplevel();

        var error = Assert.Throws<WaylandProtocolException>(display.Roundtrip);

        Assert.Equal(("xdg_wm_base", "role"), (error.InterfaceName, error.CodeName));
        Assert.NotNull(error.ServerMessage);
    }

    [SkippableFact]
    public void Dmabuf_capabilities_become_ready()
    {
        (Weston weston, WaylandDisplay display) = Weston.Start();
        using Weston compositor = weston;
        using WaylandDisplay connection = display;
        using var globals = new WaylandGlobals(display);
        display.Roundtrip();
        Skip.If(!globals.TryBind(out ZwpLinuxDmabufV1? dmabuf), "this Weston offers no linux-dmabuf (its GL cannot import)");

        using var capabilities = new DmabufCapabilities(dmabuf!);
        WaitFor(display, () => capabilities.IsReady);

        Assert.Contains(capabilities.Tranches, tranche => tranche.Formats.Count > 0);
    }

    [SkippableFact]
    public void Killed_compositor_is_a_disconnect()
    {
        (Weston weston, WaylandDisplay display) = Weston.Start();
        using Weston compositor = weston;
        using WaylandDisplay connection = display;
        display.Roundtrip();

        weston.Kill();

        Assert.Throws<WaylandDisconnectedException>(() => WaitFor(display, () => false));
    }

    private static void WaitFor(WaylandDisplay display, Func<bool> condition)
    {
        long deadline = Environment.TickCount64 + Deadline;
        while (!condition())
        {
            display.Flush();
            Assert.True(Libc.WaitReadable(display.Fd, (int)Math.Max(0, deadline - Environment.TickCount64)), "nothing came within the deadline");
            display.ReadAndDispatch();
        }
    }
}
