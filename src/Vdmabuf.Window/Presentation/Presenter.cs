using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Placement;
using Vdmabuf.Core.Presentation;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Core.Settings;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Buffers;
using Vdmabuf.Window.Session;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Window.Presentation;

/// <summary>
/// Brings a scanout's newest frame to the screen: keeps the frame that is due with all damage since the last commit,
/// commits when the pacer says so and the buffer is importable, and tells the source when frames are done.
/// In steady state nothing here allocates.
/// </summary>
internal sealed partial class Presenter : IDisposable
{
    private readonly WindowSession _session;
    private readonly ContentSurface _content;
    private readonly BufferStore _store;
    private readonly FramePacer _pacer = new();
    private readonly DamageRegion _damage = new();
    private readonly DamageFinder? _finder;
    private readonly ITimer _deadline;
    private readonly Action<ulong> _frameDone;
    private WlCallback _callback = WlCallback.CreateUnbound();
    private readonly List<ShmCanvas> _retired = [];
    private WindowBuffer? _buffer;
    private ShmCanvas? _canvas;
    private ImageLayout _layout;
    private ImageLayout _shownLayout;
    private (int Width, int Height, uint Fourcc) _announced;
    private uint _bytesFourcc;
    private bool _canvasIsCurrent;
    private ulong? _lastDone;
    private int _windowWidth, _windowHeight;
    private bool _configured;

    internal Presenter(WindowSession session, ContentSurface content, VerdictCache verdicts, ViewSettings settings,
        Action<ulong> frameDone, Action<GuestBuffer> released)
    {
        _session = session;
        _content = content;
        _frameDone = frameDone;
        _store = new BufferStore(session.Globals, verdicts, settings, session.Log, released);
        _store.Answered += Continue;
        session.Drained += Continue;
        _finder = settings.CompareFrames ? new DamageFinder() : null;
        _deadline = session.Loop.CreateTimer(() => Follow(_pacer.DeadlineReached(session.Loop.NowMicroseconds)));
        _callback.Done += OnFrameCallback;
        content.TargetChanged += OnTargetChanged;
        _pacer.RefreshPeriod = session.Globals.RefreshMicroseconds;
    }

    /// <summary>Raised before a commit whose picture has another size than the one before; the window adapts to it.</summary>
    internal event Action<int, int>? PictureSizeChanged;

    /// <summary>Raised when the rung changed, with its name and the reason.</summary>
    internal event Action<string>? RungChanged;

    /// <summary>
    /// Called right before each commit, so that the window answers the compositor's newest state with it; true where it
    /// did, and the window's own surface must be committed.
    /// </summary>
    internal Func<bool>? BeforeCommit { get; set; }

    internal PictureStatistics Statistics { get; } = new();

    /// <summary>Size of the newest picture in guest pixels; zero before the first.</summary>
    internal (int Width, int Height) PictureSize { get; private set; }

    internal ViewGeometry Geometry { get; private set; }

    internal string RungName { get; private set; } = "";

    /// <summary>True once something was committed.</summary>
    internal bool HasShown { get; private set; }

    /// <summary>The buffers and canvas slots held, for leak tests.</summary>
    internal int BufferCount => _store.Count;

    /// <summary>Shows a guest buffer from here on (see <see cref="IScanoutView.Present"/>).</summary>
    internal void Present(GuestBuffer guest, Rect damage, ulong serial, bool awaited)
    {
        Statistics.Frames++;
        if (_session.IsDead || !TryTurnTo(guest))
        {
            // Nothing can show it: what is shown stays, and the guest is not held up.
            Done(serial);
            return;
        }
        Gather(damage);
        Follow(_pacer.FrameArrived(_session.Loop.NowMicroseconds, serial, awaited));
    }

    /// <summary>
    /// Begins a picture whose pixels come by value (see <see cref="IScanoutView.BeginBytes"/>). What is shown stays
    /// until the first pixels are there.
    /// </summary>
    internal void BeginBytes(int width, int height, uint fourcc) => _announced = (width, height, fourcc);

    /// <summary>Draws pixels that came by value (see <see cref="IScanoutView.Write"/>).</summary>
    internal void Write(Rect target, int stride, ReadOnlySpan<byte> pixels, ulong serial)
    {
        Statistics.Frames++;
        if (_session.IsDead || !TryTurnToBytes() || !Rect.Whole(_canvas!.Width, _canvas.Height).Contains(target))
        {
            Done(serial);
            return;
        }
        Statistics.BytesCopied += PixelDrawing.Draw(_canvas, target, _bytesFourcc, pixels, stride);
        _canvasIsCurrent = true;
        _finder?.Forget();
        SetPictureSize(_canvas.Width, _canvas.Height);
        _damage.Add(target);
        Follow(_pacer.FrameArrived(_session.Loop.NowMicroseconds, serial, needsAck: false));
    }

    /// <summary>The window has a size (logical) and may be drawn; the newest frame is committed with it.</summary>
    internal void Configure(int windowWidth, int windowHeight, ViewGeometry geometry)
    {
        bool changed = !_configured || (windowWidth, windowHeight) != (_windowWidth, _windowHeight) || geometry != Geometry;
        (_windowWidth, _windowHeight, Geometry, _configured) = (windowWidth, windowHeight, geometry, true);
        if (!changed && HasShown) return;
        if (PictureSize.Width > 0) _damage.Add(Rect.Whole(PictureSize.Width, PictureSize.Height));
    }

    /// <summary>Commits now, also where no frame is pending: the compositor waits for an answer to its state.</summary>
    internal void CommitState()
    {
        if (CanAttach) Follow(Commit());
        else if (HasShown) CommitPlace();
    }

    internal void SetVisible(bool visible) => Follow(_pacer.VisibilityChanged(_session.Loop.NowMicroseconds, visible));

    public void Dispose()
    {
        _session.Drained -= Continue;
        _store.Answered -= Continue;
        _deadline.Dispose();
        _content.TargetChanged -= OnTargetChanged;
        if (!_callback.IsReleased) _callback.Dispose();
        _store.Dispose();
        _canvas?.Dispose();
        foreach (ShmCanvas canvas in _retired) canvas.Dispose();
        _retired.Clear();
        _canvas = null;
        _buffer = null;
    }

    /// <summary>Whether a frame waits to be committed.</summary>
    internal bool HasPending => _pacer.HasPending;

    /// <summary>
    /// Whether there is something to attach. There is not while the compositor has not answered an import, and after
    /// the source let go of the buffer: then what is on the screen stays there, and only its place can change.
    /// </summary>
    private bool CanAttach => _configured && !_session.IsDead
        && (_buffer is { IsUsable: true } buffer ? buffer.Rung == Rung.Copy || buffer.CanCommit : _canvasIsCurrent);

    /// <summary>An import was answered, the window got its first size, the socket took what waited: what is due may go now.</summary>
    internal void Continue() => Follow(_pacer.DeadlineReached(_session.Loop.NowMicroseconds));

    private void Follow(PacerDecision decision)
    {
        while (true)
        {
            if (decision.DoneSerial is { } serial) Done(serial);
            // A compositor that does not read gets nothing more: what waits for it must not grow.
            if (!decision.CommitNow || !CanAttach || _session.IsClogged) break;
            decision = Commit();
        }
        if (decision.HasDeadline) _deadline.ArmAt(decision.Deadline);
        else if (_deadline.IsArmed) _deadline.Disarm();
    }

    /// <summary>Serials only grow: a frame that could not be shown is done before older ones that still wait.</summary>
    private void Done(ulong serial)
    {
        if (serial <= _lastDone) return;
        _lastDone = serial;
        _frameDone(serial);
    }

    private void OnFrameCallback(uint time) => Follow(_pacer.FrameCallback(_session.Loop.NowMicroseconds));

    private void OnTargetChanged()
    {
        if (!_callback.IsReleased)
        {
            _callback.Dispose();
            _callback = WlCallback.CreateUnbound();
            _callback.Done += OnFrameCallback;
        }
        _damage.Add(Rect.Whole(PictureSize.Width, PictureSize.Height));
        PacerDecision decision = _pacer.SurfaceReset(_session.Loop.NowMicroseconds);
        if (decision.DoneSerial is { } serial) Done(serial);
    }

    private void SetPictureSize(int width, int height)
    {
        if (PictureSize == (width, height)) return;
        PictureSize = (width, height);
        _damage.Add(Rect.Whole(width, height));
        PictureSizeChanged?.Invoke(width, height);
    }

    private void NoteRung(string name, string reason)
    {
        if (name == RungName) return;
        RungName = name;
        RungChanged?.Invoke(reason);
    }
}
