using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Shell;

/// <summary>A toplevel of xdg-shell, with the compositor's own frame where it draws one (xdg-decoration).</summary>
internal sealed class XdgRole : IShellRole
{
    private readonly XdgSurface _surface;
    private readonly XdgToplevel _toplevel;
    private readonly ZxdgToplevelDecorationV1? _decoration;
    private ShellState _pending;
    private uint? _serial;
    private (int Width, int Height) _geometry;

    internal XdgRole(CompositorGlobals globals, WlSurface surface, string appId, string title)
    {
        _surface = globals.WmBase!.GetXdgSurface(surface);
        _toplevel = _surface.GetToplevel();
        _toplevel.Configure += OnToplevelConfigure;
        _toplevel.Close += () => CloseRequested?.Invoke();
        _surface.Configure += OnConfigure;
        _toplevel.SetAppId(appId);
        _toplevel.SetTitle(title);
        if (globals.Decorations is not null)
        {
            _decoration = globals.Decorations.GetToplevelDecoration(_toplevel);
            _decoration.SetMode(ZxdgToplevelDecorationV1Mode.ServerSide);
        }
    }

    public event Action<ShellState>? Configured;

    public event Action? CloseRequested;

    public void SetTitle(string title) => _toplevel.SetTitle(title);

    public void SetFullscreen(bool fullscreen)
    {
        if (fullscreen) _toplevel.SetFullscreen(null);
        else _toplevel.UnsetFullscreen();
    }

    public void Acknowledge(int width, int height)
    {
        if (_geometry != (width, height))
        {
            // Told, for else the guest's pointer, a subsurface that may reach over the edge, would count as window.
            _geometry = (width, height);
            _surface.SetWindowGeometry(0, 0, width, height);
        }
        if (_serial is not { } serial) return;
        _serial = null;
        _surface.AckConfigure(serial);
    }

    public void Dispose()
    {
        // The order of xdg-shell: the decoration before its toplevel, the toplevel before its surface.
        _decoration?.Dispose();
        _toplevel.Dispose();
        _surface.Dispose();
    }

    private void OnToplevelConfigure(int width, int height, ReadOnlySpan<byte> states)
    {
        bool isFixed = false, fullscreen = false, suspended = false, activated = false;
        foreach (uint state in MemoryMarshal.Cast<byte, uint>(states))
        {
            switch ((XdgToplevelState)state)
            {
                case XdgToplevelState.Fullscreen: fullscreen = isFixed = true; break;
                case XdgToplevelState.Maximized:
                case XdgToplevelState.TiledLeft:
                case XdgToplevelState.TiledRight:
                case XdgToplevelState.TiledTop:
                case XdgToplevelState.TiledBottom: isFixed = true; break;
                case XdgToplevelState.Suspended: suspended = true; break;
                case XdgToplevelState.Activated: activated = true; break;
            }
        }
        _pending = new ShellState(Math.Max(0, width), Math.Max(0, height), isFixed, fullscreen, suspended, activated);
    }

    private void OnConfigure(uint serial)
    {
        _serial = serial;
        Configured?.Invoke(_pending);
    }
}
