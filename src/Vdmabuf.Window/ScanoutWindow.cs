using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Placement;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Core.Settings;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Cursor;
using Vdmabuf.Window.Input;
using Vdmabuf.Window.Presentation;
using Vdmabuf.Window.Session;
using Vdmabuf.Window.Shell;

namespace Vdmabuf.Window;

/// <summary>
/// One head of a VM as a window: puts together the surface, its role on the desktop, the presenter, the cursor and
/// the input. It knows nothing of the source behind <see cref="IScanoutSource"/>.
/// </summary>
internal sealed partial class ScanoutWindow : IScanoutView, IInputTarget, IDisposable
{
    private readonly ScanoutWindows _windows;
    private readonly WindowSession _session;
    private readonly ScanoutInfo _info;
    private readonly ViewSettings _settings;
    private readonly ContentSurface _content;
    private readonly Presenter _presenter;
    private readonly WindowScale _scale;
    private readonly CursorOverlay _overlay;
    private readonly Placeholder _placeholder;
    private IShellRole _role;
    private ShellState _state;
    private ScanoutAbsence? _absence;
    private string _title;
    // Configured: the role that stays has its first state. Before that nothing may be attached.
    private bool _roleDecided, _isConfigured, _disposed, _stateOpen, _pointerStale;
    private int _width, _height;
    private (int Width, int Height) _asked, _answered;

    internal ScanoutWindow(ScanoutWindows windows, ScanoutInfo info, IScanoutSource source, ViewSettings settings)
    {
        _windows = windows;
        _session = windows.Session;
        _info = info;
        _settings = settings;
        Source = source;
        _title = WindowTitle.Clean(info.HeadCount > 1 ? $"{info.VmName} - screen {info.Head + 1}" : info.VmName);
        _content = new ContentSurface(_session.Globals);
        _scale = new WindowScale(_session.Globals, _content.Root);
        _scale.Changed += Reconfigure;
        _presenter = new Presenter(_session, _content, windows.Verdicts, settings, source.FrameDone, source.BufferReleased);
        _presenter.PictureSizeChanged += (_, _) => OnPictureSizeChanged();
        _presenter.RungChanged += OnRungChanged;
        _presenter.BeforeCommit = AnswerState;
        _session.Drained += OnDrained;
        _overlay = new CursorOverlay(_session.Globals, _content.Root);
        _placeholder = new Placeholder(_session.Globals, _content);
        _role = Adopt(new XdgRole(_session.Globals, _content.Root, windows.AppId, _title));
        if (windows.StartFullscreen) _role.SetFullscreen(true);
        // xdg-shell: the first commit has no buffer and asks for the first configure.
        _content.Root.Commit();
    }

    /// <inheritdoc/>
    public IScanoutSource Source { get; }

    /// <inheritdoc/>
    public WlSurface Surface => _content.Root;

    /// <inheritdoc/>
    public GuestPointer Pointer { get; } = new();

    /// <inheritdoc/>
    public double Scale => _scale.Current.Value;

    internal PictureStatistics Statistics => _presenter.Statistics;

    internal string RungName => _presenter.RungName;

    internal int BufferCount => _presenter.BufferCount;

    internal (int Width, int Height) PictureSize => _presenter.PictureSize;

    internal bool HasPending => _presenter.HasPending;

    /// <summary>Nothing can be sent any more: the window is closed or the connection gone.</summary>
    private bool IsDead => _disposed || _session.IsDead;

    /// <inheritdoc/>
    public void Present(GuestBuffer buffer, Rect damage, ulong serial, bool awaited)
    {
        ClearAbsence();
        _presenter.Present(buffer, damage, serial, awaited);
    }

    /// <inheritdoc/>
    public void BeginBytes(int width, int height, uint fourcc) => _presenter.BeginBytes(width, height, fourcc);

    /// <inheritdoc/>
    public void Write(Rect target, int stride, ReadOnlySpan<byte> pixels, ulong serial)
    {
        ClearAbsence();
        _presenter.Write(target, stride, pixels, serial);
    }

    /// <inheritdoc/>
    public void ShowAbsence(ScanoutAbsence reason)
    {
        _absence = reason;
        ShowTitle();
        ShowPlaceholderIfEmpty();
    }

    /// <inheritdoc/>
    public void DefineCursor(int width, int height, int hotX, int hotY, ReadOnlySpan<byte> argb)
    {
        Pointer.Image.Define(width, height, hotX, hotY, argb);
        PointerChanged();
    }

    /// <inheritdoc/>
    public void MoveCursor(int x, int y, bool visible)
    {
        bool changed = visible != Pointer.IsVisible;
        Pointer.MoveTo(x, y, visible);
        if (changed) PointerChanged();
        else if (!Pointer.IsAbsolute) ShowOverlay();
    }

    /// <inheritdoc/>
    public void SetPointerMode(bool absolute)
    {
        if (Pointer.IsAbsolute == absolute) return;
        Pointer.IsAbsolute = absolute;
        PointerChanged();
    }

    /// <inheritdoc/>
    public void SetTitle(string title)
    {
        _title = WindowTitle.Clean(title);
        ShowTitle();
    }

    /// <inheritdoc/>
    public (int X, int Y) ToGuest(double x, double y)
    {
        GuestPoint point = _presenter.Geometry.ToGuest(x, y);
        return (point.X, point.Y);
    }

    /// <inheritdoc/>
    public (double X, double Y) ToGuestDistance(double dx, double dy)
    {
        ViewGeometry geometry = _presenter.Geometry;
        return geometry.Destination.IsEmpty
            ? (dx, dy)
            : (dx * geometry.GuestWidth / geometry.Destination.Width, dy * geometry.GuestHeight / geometry.Destination.Height);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _session.Drained -= OnDrained;
        _presenter.Dispose();
        _overlay.Dispose();
        _placeholder.Dispose();
        _scale.Dispose();
        _role.Dispose();
        _content.Dispose();
    }

    private IShellRole Adopt(IShellRole role)
    {
        role.Configured += OnConfigured;
        role.CloseRequested += Source.Closed;
        return role;
    }

    private void PointerChanged()
    {
        // While the compositor does not read, only the newest shape and place are kept.
        _pointerStale = _session.IsClogged;
        if (IsDead || _pointerStale) return;
        _windows.PointerChanged(this);
        ShowOverlay();
    }

    private void ShowOverlay()
    {
        _pointerStale |= _session.IsClogged;
        if (!IsDead && !_session.IsClogged) _overlay.Show(Pointer, _presenter.Geometry, Scale);
    }

    private void OnDrained()
    {
        if (_pointerStale) PointerChanged();
    }

    private void OnRungChanged(string reason)
    {
        if (!_presenter.HasShown) _windows.TellFirstPicture($"{_info.VmName} head {_info.Head}", _presenter.PictureSize, _presenter.RungName);
        else WindowLog.RungChanged(_session.Log, _title, reason);
    }

    private void ShowPlaceholderIfEmpty()
    {
        if (_absence is null || _presenter.HasShown || !_stateOpen || IsDead) return;
        AnswerState();
        try
        {
            _placeholder.Show(_width, _height);
        }
        catch (LinuxException error)
        {
            WindowLog.Trouble(_session.Log, _title, $"no window yet: {error.Message}");
        }
    }

    private void ClearAbsence()
    {
        if (_absence is null) return;
        _absence = null;
        ShowTitle();
    }

    private void ShowTitle()
    {
        if (IsDead) return;
        _role.SetTitle(_absence switch
        {
            ScanoutAbsence.Disabled => $"{_title} (display off)",
            ScanoutAbsence.VmGone => $"{_title} (off, waiting)",
            _ => _title,
        });
    }
}
