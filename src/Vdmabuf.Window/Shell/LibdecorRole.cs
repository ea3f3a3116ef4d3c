using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Native;

namespace Vdmabuf.Window.Shell;

/// <summary>A toplevel whose frame libdecor draws, for compositors that draw none (GNOME, Weston).</summary>
internal sealed class LibdecorRole : IShellRole
{
    private readonly WlSurface _surface;
    private readonly LibdecorFrame _frame;
    private (int Width, int Height) _committed;

    internal LibdecorRole(Libdecor libdecor, WlSurface surface, string appId, string title)
    {
        _surface = surface;
        _frame = libdecor.Decorate(surface.Handle);
        _frame.Configured += OnConfigured;
        _frame.CloseRequested += () => CloseRequested?.Invoke();
        _frame.CommitRequested += surface.Commit;
        _frame.SetAppId(appId);
        _frame.SetTitle(title);
        _frame.Map();
    }

    public event Action<ShellState>? Configured;

    public event Action? CloseRequested;

    public void SetTitle(string title) => _frame.SetTitle(title);

    public void SetFullscreen(bool fullscreen) => _frame.SetFullscreen(fullscreen);

    public void Acknowledge(int width, int height)
    {
        if (!_frame.HasConfiguration && _committed == (width, height)) return;
        _committed = (width, height);
        _frame.Commit(width, height);
    }

    public void Dispose() => _frame.Dispose();

    private void OnConfigured(ShellState state)
    {
        Configured?.Invoke(state);
        if (!_frame.HasConfiguration) return;
        // No picture to show yet: the configuration is answered all the same, for it does not outlive this callback.
        Acknowledge(state.Width > 0 ? state.Width : 1280, state.Height > 0 ? state.Height : 800);
        _surface.Commit();
    }
}
