using System.Runtime.InteropServices;

namespace Vdmabuf.Compositor;

/// <summary>The one seat: injects input as a user's devices would.</summary>
public sealed class Seat
{
    private readonly ScriptedCompositor _compositor;
    private readonly HashSet<uint> _pressed = [];
    private Surface? _pointerFocus;
    private Surface? _keyboardFocus;
    private uint _enterSerial;
    private volatile CursorState? _cursor;

    internal Seat(ScriptedCompositor compositor)
    {
        _compositor = compositor;
        Capabilities = compositor.Options.SeatCapabilities;
    }

    public SeatCapabilities Capabilities { get; private set; }

    /// <summary>Null until a client sets a cursor.</summary>
    public CursorState? Cursor => _cursor;

    public Surface? PointerFocus => _pointerFocus;

    public Surface? KeyboardFocus => _keyboardFocus;

    /// <summary>Devices come and go.</summary>
    public Task SetCapabilitiesAsync(SeatCapabilities capabilities) => _compositor.InvokeAsync(() =>
    {
        Capabilities = capabilities;
        foreach (SeatResource seat in _compositor.Clients.SelectMany(c => c.All<SeatResource>()).ToArray())
            seat.AnnounceCapabilities();
    });

    /// <summary>Surface coordinates in logical units. Returns the serial.</summary>
    public Task<uint> PointerEnterAsync(Surface surface, double x, double y) => _compositor.InvokeAsync(() =>
    {
        LeavePointer();
        _pointerFocus = surface;
        _enterSerial = _compositor.NextSerial();
        SendPointer("enter", _enterSerial, surface.Id, x, y);
        SendPointer("frame");
        return _enterSerial;
    });

    public Task PointerLeaveAsync() => _compositor.InvokeAsync(LeavePointer);

    /// <summary>One motion event; <see cref="PointerFrameAsync"/> ends the group.</summary>
    public Task PointerMotionAsync(double x, double y) => _compositor.InvokeAsync(() => SendPointer("motion", Milliseconds, x, y));

    /// <summary>Linux button code (0x110 is the left one). Returns the serial.</summary>
    public Task<uint> PointerButtonAsync(uint button, bool pressed) => _compositor.InvokeAsync(() =>
    {
        uint serial = _compositor.NextSerial();
        SendPointer("button", serial, Milliseconds, button, pressed ? 1u : 0u);
        return serial;
    });

    /// <summary>
    /// A wheel: axis 0 is vertical; 120 is one detent. Versions below 8 get axis_discrete for whole detents, every
    /// version the axis event of 10 units a detent.
    /// </summary>
    public Task PointerAxisValue120Async(uint axis, int value120) => _compositor.InvokeAsync(() =>
    {
        SendPointer("axis_source", 0u);
        foreach (PointerResource pointer in Pointers())
        {
            if (pointer.Version >= 8)
                pointer.Send("axis_value120", axis, value120);
            else if (value120 % 120 == 0)
                pointer.Send("axis_discrete", axis, value120 / 120);
        }
        SendPointer("axis", Milliseconds, axis, value120 / 12.0);
    });

    /// <summary>A touchpad's scrolling (source 1: finger).</summary>
    public Task PointerAxisAsync(uint axis, double value) => _compositor.InvokeAsync(() =>
    {
        SendPointer("axis_source", 1u);
        SendPointer("axis", Milliseconds, axis, value);
    });

    public Task PointerAxisStopAsync(uint axis) => _compositor.InvokeAsync(() => SendPointer("axis_stop", Milliseconds, axis));

    public Task PointerFrameAsync() => _compositor.InvokeAsync(() => SendPointer("frame"));

    public Task RelativeMotionAsync(double dx, double dy) => RelativeMotionAsync(dx, dy, dx, dy);

    public Task RelativeMotionAsync(double dx, double dy, double unacceleratedDx, double unacceleratedDy) => _compositor.InvokeAsync(() =>
    {
        ulong microseconds = (ulong)(CompositorThread.Now / 1000);
        foreach (RelativePointer relative in _pointerFocus?.Client.All<RelativePointer>().ToArray() ?? [])
            relative.Move(microseconds, dx, dy, unacceleratedDx, unacceleratedDy);
    });

    /// <summary>Live locks and confinements.</summary>
    public Task<IReadOnlyList<PointerConstraint>> ConstraintsAsync() => _compositor.InvokeAsync<IReadOnlyList<PointerConstraint>>(() =>
        _compositor.Clients.SelectMany(c => c.All<PointerConstraint>()).ToArray());

    public Task ActivateConstraintAsync(PointerConstraint constraint) => _compositor.InvokeAsync(constraint.Activate);

    public Task DeactivateConstraintAsync(PointerConstraint constraint) => _compositor.InvokeAsync(constraint.Deactivate);

    /// <summary>Evdev key codes (30 is A). Returns the serial.</summary>
    public Task<uint> KeyboardEnterAsync(Surface surface, params uint[] pressedKeys) => _compositor.InvokeAsync(() =>
    {
        LeaveKeyboard();
        _keyboardFocus = surface;
        _pressed.UnionWith(pressedKeys);
        uint serial = _compositor.NextSerial();
        SendKeyboard("enter", serial, surface.Id, MemoryMarshal.AsBytes<uint>(pressedKeys).ToArray());
        SendKeyboard("modifiers", _compositor.NextSerial(), 0u, 0u, 0u, 0u);
        return serial;
    });

    public Task KeyboardLeaveAsync() => _compositor.InvokeAsync(LeaveKeyboard);

    public Task<uint> KeyAsync(uint key, bool pressed) => _compositor.InvokeAsync(() =>
    {
        _ = pressed ? _pressed.Add(key) : _pressed.Remove(key);
        uint serial = _compositor.NextSerial();
        SendKeyboard("key", serial, Milliseconds, key, pressed ? 1u : 0u);
        return serial;
    });

    /// <summary>Masks in the keymap's modifier bits (Shift 1, Lock 2, Control 4, Mod1 8).</summary>
    public Task ModifiersAsync(uint depressed, uint latched = 0, uint locked = 0, uint group = 0) => _compositor.InvokeAsync(() =>
        SendKeyboard("modifiers", _compositor.NextSerial(), depressed, latched, locked, group));

    /// <summary>Another keymap for every keyboard, each with a fresh descriptor.</summary>
    public Task SetKeymapAsync(string text) => _compositor.InvokeAsync(() =>
    {
        _compositor.Keymap = text;
        foreach (KeyboardResource keyboard in _compositor.Clients.SelectMany(c => c.All<KeyboardResource>()).ToArray())
            keyboard.SendKeymap();
    });

    internal void CursorSet(uint serial, Surface? surface, int x, int y, uint shape)
    {
        if (serial != _enterSerial && surface is { } set)
            _compositor.Note(set, $"cursor set with serial {serial}, the last enter had {_enterSerial}");
        _cursor = new CursorState(serial, surface, x, y, shape);
    }

    internal void SurfaceGone(Surface surface)
    {
        if (_pointerFocus == surface)
            _pointerFocus = null;
        if (_keyboardFocus == surface)
            _keyboardFocus = null;
        if (_cursor?.Surface == surface)
            _cursor = null;
    }

    private static uint Milliseconds => (uint)(CompositorThread.Now / 1_000_000);

    private PointerResource[] Pointers() => _pointerFocus?.Client.All<PointerResource>().ToArray() ?? [];

    private void SendPointer(string name, params ReadOnlySpan<object?> args)
    {
        foreach (PointerResource pointer in Pointers())
            pointer.Send(name, args);
    }

    private void SendKeyboard(string name, params ReadOnlySpan<object?> args)
    {
        foreach (KeyboardResource keyboard in _keyboardFocus?.Client.All<KeyboardResource>().ToArray() ?? [])
            keyboard.Send(name, args);
    }

    private void LeavePointer()
    {
        if (_pointerFocus is null)
            return;
        SendPointer("leave", _compositor.NextSerial(), _pointerFocus.Id);
        SendPointer("frame");
        _pointerFocus = null;
    }

    private void LeaveKeyboard()
    {
        if (_keyboardFocus is null)
            return;
        SendKeyboard("leave", _compositor.NextSerial(), _keyboardFocus.Id);
        _keyboardFocus = null;
        _pressed.Clear();
    }
}
