using Vdmabuf.Core.Placement;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Cursor;

/// <summary>
/// The guest's pointer drawn at the guest's own place, for guests that take motion only: there the host's pointer is
/// somewhere else, or locked. A subsurface that no input goes to.
/// </summary>
internal sealed class CursorOverlay : IDisposable
{
    private readonly CompositorGlobals _globals;
    private readonly WlSurface _parent;
    private CursorSurface? _cursor;
    private WlSubsurface? _subsurface;

    internal CursorOverlay(CompositorGlobals globals, WlSurface parent)
    {
        _globals = globals;
        _parent = parent;
    }

    internal void Show(GuestPointer pointer, in ViewGeometry geometry, double scale)
    {
        if (pointer.IsAbsolute || !pointer.IsVisible || !pointer.Image.IsDefined || _globals.Subcompositor is null || geometry.GuestWidth == 0)
        {
            Dispose();
            return;
        }
        if (_cursor is null)
        {
            _cursor = new CursorSurface(_globals);
            _subsurface = _globals.Subcompositor.GetSubsurface(_cursor.Surface, _parent);
            _subsurface.SetDesync();
            using WlRegion nothing = _globals.Compositor!.CreateRegion();
            _cursor.Surface.SetInputRegion(nothing);
        }
        _cursor.Show(pointer.Image, scale);
        (double x, double y) = geometry.ToSurface(new GuestPoint(pointer.X, pointer.Y));
        _subsurface!.SetPosition((int)Math.Round(x) - _cursor.HotX, (int)Math.Round(y) - _cursor.HotY);
        // A subsurface's place is part of its parent's state.
        _parent.Commit();
    }

    public void Dispose()
    {
        _subsurface?.Dispose();
        _cursor?.Dispose();
        _subsurface = null;
        _cursor = null;
    }
}
