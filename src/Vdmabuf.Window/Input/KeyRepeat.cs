using Vdmabuf.Core.Loop;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Window.Input;

/// <summary>
/// Repeats the key that went down last, at the pace the compositor tells (wl_keyboard.repeat_info). A PS/2 keyboard does
/// that itself, and guests that take one expect it. A compositor that repeats keys itself (wl_keyboard 10) tells a
/// rate of 0.
/// </summary>
internal sealed class KeyRepeat : IDisposable
{
    private const int MaxRate = 1000;

    private readonly IEventLoop _loop;
    private readonly ITimer _timer;
    private readonly Action<uint> _repeat;
    private uint? _code;
    private long _delay, _interval;

    internal KeyRepeat(IEventLoop loop, Action<uint> repeat)
    {
        _loop = loop;
        _repeat = repeat;
        _timer = loop.CreateTimer(OnElapsed);
    }

    /// <summary><paramref name="rate"/> in keys a second, 0 for never; <paramref name="delay"/> in milliseconds.</summary>
    internal void SetPace(int rate, int delay)
    {
        _interval = rate < 1 ? 0 : 1_000_000 / Math.Min(rate, MaxRate);
        _delay = Math.Max(0, delay) * 1000L;
        if (_interval == 0) Stop();
    }

    internal void Pressed(uint code)
    {
        if (_interval == 0) return;
        _code = code;
        _timer.ArmAt(_loop.NowMicroseconds + _delay);
    }

    internal void Released(uint code)
    {
        if (_code == code) Stop();
    }

    internal void Stop()
    {
        _code = null;
        _timer.Disarm();
    }

    public void Dispose() => _timer.Dispose();

    private void OnElapsed()
    {
        if (_code is not { } code) return;
        // From now, not from when it was due: a loop that was late does not catch up with a burst.
        _timer.ArmAt(_loop.NowMicroseconds + _interval);
        _repeat(code);
    }
}
