using Vdmabuf.Core.Input;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Input;

/// <summary>
/// The pointer: positions where the guest has a tablet, motion where it has a mouse, buttons, wheel notches, and the
/// guest's own shape while it is over a window. A movement is sent once per frame of events.
/// </summary>
internal sealed class PointerInput : IDisposable
{
    private const uint ButtonLeft = 0x110;

    private readonly InputContext _context;
    private readonly WlPointer _pointer;
    private readonly PointerShape _shape;
    private readonly PressedKeys _buttons = new();
    private readonly WheelAccumulator _vertical = new(), _horizontal = new();
    private IInputTarget? _focus;
    private (double X, double Y) _at;
    private (double X, double Y) _rest;
    private bool _moved;

    internal PointerInput(InputContext context, WlPointer pointer)
    {
        _context = context;
        _pointer = pointer;
        _shape = new PointerShape(context.Globals, pointer);
        pointer.Enter += OnEnter;
        pointer.Leave += (_, _) => Leave();
        pointer.Motion += (_, x, y) => OnMotion(x.ToDouble(), y.ToDouble());
        pointer.Button += OnButton;
        pointer.Axis += OnAxis;
        pointer.AxisDiscrete += (axis, steps) => Wheel(axis).AddDiscrete(steps);
        pointer.AxisValue120 += (axis, parts) => Wheel(axis).AddValue120(parts);
        pointer.AxisStop += (_, axis) => Wheel(axis).Stop();
        pointer.Frame += OnFrame;
        context.Grab.RelativeMotion += OnRelativeMotion;
        context.Grab.LockChanged += OnLockChanged;
    }

    internal void Forget(IInputTarget target)
    {
        if (_focus != target) return;
        _focus = null;
        _buttons.Clear();
    }

    internal void ShapeChanged(IInputTarget target)
    {
        _context.Grab.PointerModeChanged(target, _pointer);
        if (_focus == target) _shape.Show(target, _context.Grab.IsLocked);
    }

    private void OnLockChanged(IInputTarget target)
    {
        if (_focus == target) _shape.Show(target, _context.Grab.IsLocked);
    }

    private void OnAxis(uint time, WlPointerAxis axis, Wayland.WlFixed value)
    {
        Wheel(axis).AddContinuous(value.ToDouble());
        if (_pointer.Version < 5) OnFrame();
    }

    public void Dispose()
    {
        _context.Grab.Unlock();
        _context.Grab.RelativeMotion -= OnRelativeMotion;
        _context.Grab.LockChanged -= OnLockChanged;
        Leave();
        _shape.Dispose();
        _pointer.Dispose();
    }

    private WheelAccumulator Wheel(WlPointerAxis axis) => axis == WlPointerAxis.HorizontalScroll ? _horizontal : _vertical;

    private void OnEnter(uint serial, WlSurface? surface, Wayland.WlFixed x, Wayland.WlFixed y)
    {
        Leave();
        _focus = _context.Find(surface);
        if (_focus is not { } target) return;
        _at = (x.ToDouble(), y.ToDouble());
        _rest = default;
        _moved = target.Pointer.IsAbsolute;
        _shape.Entered(serial);
        _shape.Show(target, _context.Grab.IsLocked);
        // Before version 5 there are no frames: each event is one of its own.
        if (_pointer.Version < 5) OnFrame();
    }

    private void Leave()
    {
        if (_focus is { } target)
            while (_buttons.TryTakeAny(out uint button)) target.Source.PointerButton(button, false);
        _focus = null;
        _moved = false;
        _vertical.Reset();
        _horizontal.Reset();
    }

    private void OnMotion(double x, double y)
    {
        if (_focus is not { } target) return;
        if (!target.Pointer.IsAbsolute && !_context.Grab.IsLocked)
        {
            // No pointer lock to be had: the way over the window stands in for the movement.
            (double dx, double dy) = target.ToGuestDistance(x - _at.X, y - _at.Y);
            Accumulate(dx, dy);
        }
        _at = (x, y);
        _moved = true;
        if (_pointer.Version < 5) OnFrame();
    }

    private void OnRelativeMotion(double dx, double dy)
    {
        if (_context.Grab.Target is not { } target || target.Pointer.IsAbsolute) return;
        Accumulate(dx, dy);
        SendRelative(target);
    }

    private void OnButton(uint serial, uint time, uint button, WlPointerButtonState state)
    {
        if (_focus is not { } target) return;
        if (_moved) SendMove(target);
        if (state == WlPointerButtonState.Pressed)
        {
            if (button == ButtonLeft) _context.Grab.Begin(target, _pointer);
            if (_buttons.Press(button)) target.Source.PointerButton(button, true);
        }
        else if (_buttons.Release(button))
        {
            target.Source.PointerButton(button, false);
        }
    }

    private void OnFrame()
    {
        int vertical = _vertical.EndFrame(), horizontal = _horizontal.EndFrame();
        if (_focus is not { } target) return;
        if (_moved) SendMove(target);
        if (vertical != 0 || horizontal != 0) target.Source.PointerWheel(horizontal, vertical);
    }

    private void SendMove(IInputTarget target)
    {
        _moved = false;
        if (target.Pointer.IsAbsolute)
        {
            (int x, int y) = target.ToGuest(_at.X, _at.Y);
            target.Source.PointerAbsolute(x, y);
        }
        else
        {
            SendRelative(target);
        }
    }

    private void Accumulate(double dx, double dy)
    {
        if (!double.IsFinite(dx) || !double.IsFinite(dy)) return;
        _rest = (Math.Clamp(_rest.X + dx, -32768, 32767), Math.Clamp(_rest.Y + dy, -32768, 32767));
    }

    /// <summary>Guests move by whole pixels: the fraction is kept for the next time.</summary>
    private void SendRelative(IInputTarget target)
    {
        int dx = (int)_rest.X, dy = (int)_rest.Y;
        if (dx == 0 && dy == 0) return;
        _rest = (_rest.X - dx, _rest.Y - dy);
        target.Source.PointerRelative(dx, dy);
    }
}
