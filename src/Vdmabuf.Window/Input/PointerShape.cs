using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Cursor;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Input;

/// <summary>What the host's pointer looks like over a window: the guest's shape, nothing, or the desktop's arrow.</summary>
internal sealed class PointerShape : IDisposable
{
    private readonly CompositorGlobals _globals;
    private readonly WlPointer _pointer;
    private readonly WpCursorShapeDeviceV1? _named;
    private CursorSurface? _surface;
    private (int X, int Y)? _hotSpot;
    private uint _serial;

    internal PointerShape(CompositorGlobals globals, WlPointer pointer)
    {
        _globals = globals;
        _pointer = pointer;
        _named = globals.CursorShapes?.GetPointer(pointer);
    }

    /// <summary>The pointer came over one of our windows: its shape is undefined until it is set with this serial.</summary>
    internal void Entered(uint serial)
    {
        _serial = serial;
        _hotSpot = null;
    }

    internal void Show(IInputTarget target, bool locked)
    {
        GuestPointer guest = target.Pointer;
        switch (guest.HostLook(locked))
        {
            case HostLook.Hidden:
                _hotSpot = null;
                _pointer.SetCursor(_serial, null, 0, 0);
                break;
            case HostLook.Guest:
                _surface ??= new CursorSurface(_globals);
                _surface.Show(guest.Image, target.Scale);
                if (_hotSpot == (_surface.HotX, _surface.HotY)) break;
                _hotSpot = (_surface.HotX, _surface.HotY);
                _pointer.SetCursor(_serial, _surface.Surface, _surface.HotX, _surface.HotY);
                break;
            default:
                _hotSpot = null;
                if (_named is not null)
                {
                    _named.SetShape(_serial, WpCursorShapeDeviceV1Shape.Default);
                    break;
                }
                _surface ??= new CursorSurface(_globals);
                _surface.Show(BuiltInArrow.Image, 1);
                _pointer.SetCursor(_serial, _surface.Surface, _surface.HotX, _surface.HotY);
                break;
        }
    }

    public void Dispose()
    {
        _named?.Dispose();
        _surface?.Dispose();
    }
}
