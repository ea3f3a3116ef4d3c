using Vdmabuf.Core.Input;
using Vdmabuf.Core.Settings;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Input;

/// <summary>
/// Keys, as evdev codes: a guest has its own key map, so the compositor's is not needed. Whatever the guest believes
/// to be down is lifted when the window loses the keyboard.
/// </summary>
internal sealed class KeyboardInput : IDisposable
{
    private readonly InputContext _context;
    private readonly WlKeyboard _keyboard;
    private readonly PressedKeys _pressed = new();
    private readonly ReleaseChord _chord;
    private readonly KeyRepeat _repeat;
    private IInputTarget? _focus;

    internal KeyboardInput(InputContext context, WlKeyboard keyboard, ViewSettings settings)
    {
        _context = context;
        _keyboard = keyboard;
        _chord = new ReleaseChord(settings.ReleaseChord.AsSpan());
        _repeat = new KeyRepeat(context.Loop, code => _focus?.Source.Key(code, true));
        keyboard.RepeatInfo += _repeat.SetPace;
        keyboard.Enter += OnEnter;
        keyboard.Leave += (_, _) => Leave();
        keyboard.Key += OnKey;
    }

    internal void Forget(IInputTarget target)
    {
        if (_focus != target) return;
        _focus = null;
        _pressed.Clear();
        _repeat.Stop();
        _chord.Reset();
    }

    public void Dispose()
    {
        Leave();
        _repeat.Dispose();
        // Without a keyboard there is no chord to end a grab with.
        _context.Grab.End();
        _keyboard.Dispose();
    }

    private void OnEnter(uint serial, WlSurface? surface, ReadOnlySpan<byte> held)
    {
        // Keys held already belong to whoever had the focus when they went down: the guest does not see them.
        Leave();
        _focus = _context.Find(surface);
    }

    private void Leave()
    {
        LiftAll();
        _chord.Reset();
        if (_focus is not null) _context.Grab.Forget(_focus);
        _focus = null;
    }

    private void OnKey(uint serial, uint time, uint code, WlKeyboardKeyState state)
    {
        if (_focus is not { } target) return;
        bool pressed = state != WlKeyboardKeyState.Released;
        switch (_chord.Feed(code, pressed))
        {
            case ChordStep.Fire:
                LiftAll();
                _context.Grab.End();
                return;
            case ChordStep.Swallow:
                return;
        }
        if (pressed)
        {
            // Repeats go on, codes that do not exist do not: nothing would lift them.
            bool first = _pressed.Press(code);
            if (!first && !_pressed.IsPressed(code)) return;
            target.Source.Key(code, true);
            if (first) _repeat.Pressed(code);
        }
        else if (_pressed.Release(code))
        {
            _repeat.Released(code);
            target.Source.Key(code, false);
        }
    }

    private void LiftAll()
    {
        _repeat.Stop();
        while (_pressed.TryTakeAny(out uint code)) _focus?.Source.Key(code, false);
    }
}
