using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Settings;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Input;

/// <summary>
/// One seat: makes and drops pointer and keyboard as its capabilities come and go, and tells both which window a
/// surface belongs to.
/// </summary>
internal sealed class SeatInput : IDisposable
{
    private readonly InputContext _context;
    private readonly SeatGlobal _global;
    private readonly WlSeat _seat;
    private PointerInput? _pointer;
    private KeyboardInput? _keyboard;

    internal SeatInput(IEventLoop loop, CompositorGlobals globals, SeatGlobal seat, ViewSettings settings, Func<WlSurface?, IInputTarget?> find, Action<string> tell)
    {
        _seat = seat.Proxy;
        _context = new InputContext(loop, globals, _seat, new InputGrab(globals, _seat, settings.InhibitShortcuts, tell), find);
        Settings = settings;
        _global = seat;
        seat.CapabilitiesChanged += OnCapabilities;
        seat.Removed += Dispose;
        OnCapabilities();
    }

    private ViewSettings Settings { get; }

    /// <summary>A window goes away: nothing may be sent to it any more.</summary>
    internal void Forget(IInputTarget target)
    {
        _pointer?.Forget(target);
        _keyboard?.Forget(target);
        _context.Grab.Forget(target);
    }

    /// <summary>The guest's pointer shape, visibility or mode changed.</summary>
    internal void PointerChanged(IInputTarget target) => _pointer?.ShapeChanged(target);

    public void Dispose()
    {
        _global.CapabilitiesChanged -= OnCapabilities;
        _global.Removed -= Dispose;
        _context.Grab.End();
        _pointer?.Dispose();
        _keyboard?.Dispose();
        _pointer = null;
        _keyboard = null;
    }

    private void OnCapabilities()
    {
        WlSeatCapability capabilities = _global.Capabilities;
        bool pointer = (capabilities & WlSeatCapability.Pointer) != 0, keyboard = (capabilities & WlSeatCapability.Keyboard) != 0;
        _context.Grab.MayLock = keyboard;
        if (pointer && _pointer is null) _pointer = new PointerInput(_context, _seat.GetPointer());
        if (keyboard && _keyboard is null) _keyboard = new KeyboardInput(_context, _seat.GetKeyboard(), Settings);
        if (!pointer)
        {
            _pointer?.Dispose();
            _pointer = null;
        }
        if (!keyboard)
        {
            _keyboard?.Dispose();
            _keyboard = null;
        }
    }
}

/// <summary>What pointer and keyboard of a seat share.</summary>
internal sealed record InputContext(IEventLoop Loop, CompositorGlobals Globals, WlSeat Seat, InputGrab Grab, Func<WlSurface?, IInputTarget?> Find);
