using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Placement;
using Vdmabuf.Wayland;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Buffers;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Presentation;

/// <summary>
/// The surface the guest's picture is on. While the picture fills the window it is the window's own surface, which a
/// compositor can scan out directly; where a size is forced and the picture has another shape, the window is black
/// and the picture is a subsurface within.
/// </summary>
internal sealed class ContentSurface : IDisposable
{
    private readonly CompositorGlobals _globals;
    private readonly WpViewport? _rootViewport;
    private WlSubsurface? _subsurface;
    private WlSurface? _child;
    private WpViewport? _childViewport;
    private WlBuffer? _black;
    private ShmPool? _blackPool;
    private SurfaceState _sent;
    private (int Width, int Height) _windowSent;
    private Rect _childPlace;

    internal ContentSurface(CompositorGlobals globals)
    {
        _globals = globals;
        Root = globals.Compositor!.CreateSurface();
        _rootViewport = globals.Viewporter?.GetViewport(Root);
    }

    /// <summary>The window's surface.</summary>
    internal WlSurface Root { get; }

    /// <summary>Where guest buffers are attached.</summary>
    internal WlSurface Target => _child ?? Root;

    internal bool IsLetterboxed => _child is not null;

    /// <summary>Raised when <see cref="Target"/> became another surface: everything is to be sent anew.</summary>
    internal event Action? TargetChanged;

    /// <summary>
    /// Sends how the next commit's buffer is placed; only what changed goes over the wire. The caller attaches and
    /// commits <see cref="Target"/>, then <see cref="CommitRoot"/> where it returns true.
    /// </summary>
    internal bool Place(in ImageLayout layout, in ViewGeometry geometry, int windowWidth, int windowHeight)
    {
        bool fills = geometry.Destination == Rect.Whole(windowWidth, windowHeight);
        if (fills == IsLetterboxed && (fills || CanLetterbox)) Switch(letterbox: !fills);
        return PlaceAgain(layout, geometry, windowWidth, windowHeight);
    }

    /// <summary>The same for what is attached already: the picture stays on the surface it is on.</summary>
    internal bool PlaceAgain(in ImageLayout layout, in ViewGeometry geometry, int windowWidth, int windowHeight)
    {
        Rect destination = IsLetterboxed ? geometry.Destination : Rect.Whole(windowWidth, windowHeight);
        var wanted = new SurfaceState(
            layout.BottomUp, SourceOf(layout), destination.Width, destination.Height);
        bool first = _sent == default;
        WlSurface target = Target;
        WpViewport? viewport = _child is null ? _rootViewport : _childViewport;
        if (wanted.BottomUp != _sent.BottomUp)
            target.SetBufferTransform(wanted.BottomUp ? WlOutputTransform.Flipped180 : WlOutputTransform.Normal);
        if (viewport is not null)
        {
            if (wanted.Source != _sent.Source)
            {
                Rect source = wanted.Source;
                if (source == default) viewport.SetSource(Fixed(-1), Fixed(-1), Fixed(-1), Fixed(-1));
                else viewport.SetSource(Fixed(source.X), Fixed(source.Y), Fixed(source.Width), Fixed(source.Height));
            }
            if (first || (wanted.Width, wanted.Height) != (_sent.Width, _sent.Height)) viewport.SetDestination(wanted.Width, wanted.Height);
        }
        _sent = wanted;
        return PlaceWindow(destination, windowWidth, windowHeight);
    }

    internal void CommitRoot() => Root.Commit();

    /// <summary>Shows a buffer of one pixel (or, without a viewport, of the whole size) all over the window, and commits.</summary>
    internal void ShowPlain(WlBuffer buffer, int windowWidth, int windowHeight)
    {
        _rootViewport?.SetDestination(windowWidth, windowHeight);
        Root.Attach(buffer, 0, 0);
        Root.DamageBuffer(0, 0, int.MaxValue, int.MaxValue);
        Root.Commit();
        _sent = default;
    }

    internal bool HasViewport => _rootViewport is not null;

    public void Dispose()
    {
        DropChild();
        _black?.Dispose();
        _blackPool?.Dispose();
        _rootViewport?.Dispose();
        Root.Dispose();
    }

    private bool CanLetterbox => _globals.Subcompositor is not null && _rootViewport is not null;

    /// <summary>The crop in the viewport's coordinates, which are those after the transform; default for the whole image.</summary>
    private static Rect SourceOf(in ImageLayout layout)
    {
        if (layout.Crop == Rect.Whole(layout.Width, layout.Height)) return default;
        return layout.BottomUp ? DamageMapping.FlipVertically(layout.Crop, layout.Height) : layout.Crop;
    }

    private bool PlaceWindow(Rect destination, int windowWidth, int windowHeight)
    {
        if (_child is null) return false;
        bool changed = false;
        if (_childPlace != destination)
        {
            _childPlace = destination;
            _subsurface!.SetPosition(destination.X, destination.Y);
            changed = true;
        }
        if (_windowSent == (windowWidth, windowHeight)) return changed;
        _windowSent = (windowWidth, windowHeight);
        _rootViewport!.SetDestination(windowWidth, windowHeight);
        Root.Attach(Black(), 0, 0);
        Root.DamageBuffer(0, 0, 1, 1);
        return true;
    }

    private void Switch(bool letterbox)
    {
        if (letterbox)
        {
            _child = _globals.Compositor!.CreateSurface();
            _subsurface = _globals.Subcompositor!.GetSubsurface(_child, Root);
            // Frames of the guest do not wait for the window, and the pointer does not see two surfaces.
            _subsurface.SetDesync();
            // Below the guest's pointer, which may be there already.
            _subsurface.PlaceAbove(Root);
            using WlRegion nothing = _globals.Compositor!.CreateRegion();
            _child.SetInputRegion(nothing);
            _childViewport = _globals.Viewporter!.GetViewport(_child);
            Root.SetBufferTransform(WlOutputTransform.Normal);
            _rootViewport!.SetSource(Fixed(-1), Fixed(-1), Fixed(-1), Fixed(-1));
        }
        else
        {
            DropChild();
        }
        _sent = default;
        _windowSent = default;
        _childPlace = default;
        TargetChanged?.Invoke();
    }

    private void DropChild()
    {
        _childViewport?.Dispose();
        _subsurface?.Dispose();
        _child?.Dispose();
        _childViewport = null;
        _subsurface = null;
        _child = null;
    }

    private WlBuffer Black()
    {
        if (_black is not null) return _black;
        if (_globals.SinglePixel is { } pixels) return _black = pixels.CreateU32RgbaBuffer(0, 0, 0, uint.MaxValue);
        // A page of zeros is a black pixel in a format without alpha.
        _blackPool = new ShmPool(_globals.Shm!, "vdmabuf black", 4096);
        return _black = _blackPool.CreateBuffer(0, 1, 1, 4, WlShmFormat.Xrgb8888);
    }

    private static WlFixed Fixed(int value) => WlFixed.FromInt(value);

    /// <summary>What the compositor was told of the target last.</summary>
    private readonly record struct SurfaceState(bool BottomUp, Rect Source, int Width, int Height);
}
