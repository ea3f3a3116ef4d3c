using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Input;

/// <summary>
/// What a click into a guest takes and the release chord (or losing the focus) gives back: the compositor's own
/// shortcuts, and for a guest without absolute pointer the pointer itself. Its life is tied to the keyboard focus, so
/// no constraint outlives it.
/// </summary>
internal sealed class InputGrab
{
    private readonly CompositorGlobals _globals;
    private readonly WlSeat _seat;
    private readonly Action<string> _tell;
    private readonly bool _inhibitShortcuts;
    private ZwpKeyboardShortcutsInhibitorV1? _inhibitor;
    private ZwpLockedPointerV1? _lock;
    private ZwpRelativePointerV1? _relative;
    private bool _toldDenied;

    internal InputGrab(CompositorGlobals globals, WlSeat seat, bool inhibitShortcuts, Action<string> tell)
    {
        _inhibitShortcuts = inhibitShortcuts;
        _globals = globals;
        _seat = seat;
        _tell = tell;
    }

    /// <summary>The pointer moved while locked, in logical units as the device reported (unaccelerated ones are not used).</summary>
    internal event Action<double, double>? RelativeMotion;

    /// <summary>The pointer was locked into a window, or let go: its shape there is another.</summary>
    internal event Action<IInputTarget>? LockChanged;

    internal IInputTarget? Target { get; private set; }

    /// <summary>False for a seat without keyboard: no chord could give its pointer back.</summary>
    internal bool MayLock { get; set; }

    /// <summary>True while the pointer is locked into the window.</summary>
    internal bool IsLocked => _lock is not null;

    internal void Begin(IInputTarget target, WlPointer? pointer)
    {
        if (Target == target)
        {
            // The pointer may be another one than at the first click.
            if (pointer is not null) PointerModeChanged(target, pointer);
            return;
        }
        End();
        Target = target;
        if (_inhibitShortcuts && _globals.ShortcutInhibit is { } manager)
        {
            bool active = false;
            _inhibitor = manager.InhibitShortcuts(target.Surface, _seat);
            _inhibitor.Active += () => active = true;
            _inhibitor.Inactive += () =>
            {
                if (active || _toldDenied) return;
                _toldDenied = true;
                _tell("the compositor keeps its own keyboard shortcuts (denied before?); on GNOME: flatpak permission-set gnome shortcuts-inhibitor org.vdmabuf.Vdmabuf GRANTED");
            };
        }
        if (!target.Pointer.IsAbsolute && pointer is not null) Lock(target, pointer);
    }

    /// <summary>Gives everything back.</summary>
    internal void End()
    {
        _inhibitor?.Dispose();
        _inhibitor = null;
        Unlock();
        Target = null;
    }

    /// <summary>The pointer leaves the seat; the keyboard's part of the grab stays.</summary>
    internal void Unlock()
    {
        bool wasLocked = IsLocked;
        _lock?.Dispose();
        _relative?.Dispose();
        _lock = null;
        _relative = null;
        if (wasLocked && Target is { } target) LockChanged?.Invoke(target);
    }

    internal void Forget(IInputTarget target)
    {
        if (Target == target) End();
    }

    /// <summary>The guest got or lost its tablet while the grab stands.</summary>
    internal void PointerModeChanged(IInputTarget target, WlPointer pointer)
    {
        if (Target != target) return;
        if (target.Pointer.IsAbsolute) Unlock();
        else if (_lock is null) Lock(target, pointer);
    }

    private void Lock(IInputTarget target, WlPointer pointer)
    {
        if (!MayLock) return;
        if (_globals.PointerConstraints is not { } constraints || _globals.RelativePointers is not { } relatives) return;
        _lock = constraints.LockPointer(target.Surface, pointer, null, ZwpPointerConstraintsV1Lifetime.Persistent);
        _relative = relatives.GetRelativePointer(pointer);
        _relative.RelativeMotion += (_, _, dx, dy, _, _) => RelativeMotion?.Invoke(dx.ToDouble(), dy.ToDouble());
        LockChanged?.Invoke(target);
    }
}
