using Vdmabuf.Core.Presentation;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Core.Settings;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Input;
using Vdmabuf.Window.Native;
using Vdmabuf.Window.Presentation;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window;

/// <summary>
/// Makes a window for each head of a VM on one compositor connection, and brings the seats' input to the one it is
/// for.
/// </summary>
public sealed class ScanoutWindows : IScanoutViewFactory, IDisposable
{
    private readonly ViewSettings _settings;
    private readonly List<ScanoutWindow> _windows = [];
    private readonly List<(PictureStatistics Counts, string Rung, int Buffers)> _closed = [];
    private readonly List<SeatInput> _seats = [];
    private Libdecor? _libdecor;
    private bool _triedLibdecor;

    /// <summary>Windows of this application id on <paramref name="session"/>, which stays the caller's.</summary>
    public ScanoutWindows(WindowSession session, ViewSettings settings, string appId)
    {
        ArgumentNullException.ThrowIfNull(session);
        Session = session;
        _settings = settings;
        AppId = appId;
        foreach (SeatGlobal seat in session.Globals.Seats) AddSeat(seat);
        session.Globals.SeatAdded += AddSeat;
        if (session.Globals.DmaBuf is { } dmaBuf)
        {
            dmaBuf.Changed += OnDmaBufChanged;
            OnDmaBufChanged();
        }
    }

    /// <summary>Raised when a head shows its first picture: its name, size in pixels and rung.</summary>
    public event Action<string, int, int, string>? FirstPicture;

    /// <summary>New windows ask to cover an output.</summary>
    public bool StartFullscreen { get; init; }

    /// <summary>What each window counted: first the closed ones with what they held before, then the open ones.</summary>
    public IReadOnlyList<(PictureStatistics Counts, string Rung, int Buffers)> Statistics =>
        [.. _closed, .. _windows.Select(StatisticsOf)];

    internal WindowSession Session { get; }

    internal string AppId { get; }

    internal VerdictCache Verdicts { get; } = new();

    /// <summary>The library that draws frames, loaded when a window first needs it; null where it is not installed.</summary>
    internal Libdecor? Libdecor
    {
        get
        {
            if (!_triedLibdecor) _libdecor = Libdecor.TryLoad(Session);
            _triedLibdecor = true;
            return _libdecor;
        }
    }

    /// <inheritdoc/>
    public IScanoutView OpenView(ScanoutInfo info, IScanoutSource source)
    {
        var window = new ScanoutWindow(this, info, source, _settings);
        _windows.Add(window);
        return window;
    }

    /// <inheritdoc/>
    public void CloseView(IScanoutView view)
    {
        if (view is not ScanoutWindow window || !_windows.Remove(window)) return;
        foreach (SeatInput seat in _seats) seat.Forget(window);
        _closed.Add(StatisticsOf(window));
        window.Dispose();
    }

    /// <summary>Closes all windows.</summary>
    public void Dispose()
    {
        Session.Globals.SeatAdded -= AddSeat;
        foreach (ScanoutWindow window in _windows.ToArray()) CloseView(window);
        if (Session.Globals.DmaBuf is { } dmaBuf) dmaBuf.Changed -= OnDmaBufChanged;
        foreach (SeatInput seat in _seats.ToArray()) seat.Dispose();
        _seats.Clear();
        _libdecor?.Dispose();
    }

    internal void PointerChanged(IInputTarget target)
    {
        foreach (SeatInput seat in _seats) seat.PointerChanged(target);
    }

    internal void TellFirstPicture(string head, (int Width, int Height) size, string rung)
    {
        WindowLog.FirstPicture(Session.Log, head, size.Width, size.Height, rung);
        FirstPicture?.Invoke(head, size.Width, size.Height, rung);
    }

    private static (PictureStatistics Counts, string Rung, int Buffers) StatisticsOf(ScanoutWindow window) =>
        (window.Statistics, window.RungName, window.BufferCount);

    private void AddSeat(SeatGlobal seat)
    {
        var input = new SeatInput(Session.Loop, Session.Globals, seat, _settings, Find, what => WindowLog.Trouble(Session.Log, AppId, what));
        _seats.Add(input);
        seat.Removed += () => _seats.Remove(input);
    }

    private ScanoutWindow? Find(WlSurface? surface)
    {
        foreach (ScanoutWindow window in _windows)
            if (window.Surface == surface) return window;
        return null;
    }

    private void OnDmaBufChanged()
    {
        if (Session.Globals.DmaBuf?.MainDevice is { } device) Verdicts.SetMainDevice(device);
    }
}
