using Vdmabuf.Core.Loop;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Sources.Qemu;

/// <summary>The mode a view would like the guest to set: pixels, and the millimetres they cover (0 = unknown).</summary>
internal readonly record struct WantedMode(uint Width, uint Height, ushort WidthMillimetres, ushort HeightMillimetres);

/// <summary>
/// Sends wished-for modes to the guest without pestering it: a wish waits until the user has stopped dragging for
/// <see cref="QuietMicroseconds"/>, one request is in flight at a time, and only the newest wish is kept.
/// </summary>
internal sealed class UiInfoRequests : IDisposable
{
    internal const long QuietMicroseconds = 120_000;

    private readonly IEventLoop _loop;
    private readonly Func<WantedMode, Task> _send;
    private readonly ITimer _quiet;
    private WantedMode? _newest;
    private WantedMode? _last;
    private bool _inFlight;
    private bool _disposed;

    /// <summary><paramref name="send"/> must not throw: what QEMU refuses is the sender's to report.</summary>
    internal UiInfoRequests(IEventLoop loop, Func<WantedMode, Task> send)
    {
        _loop = loop;
        _send = send;
        _quiet = loop.CreateTimer(SendNewest);
    }

    /// <summary>A new wish; equal to the last one sent it is dropped.</summary>
    internal void Request(WantedMode mode)
    {
        if (_disposed || (mode == _last && _newest is null)) return;
        _newest = mode;
        _quiet.ArmAt(_loop.NowMicroseconds + QuietMicroseconds);
    }

    /// <summary>The same without waiting: a head being switched on or off is no drag.</summary>
    internal void RequestNow(WantedMode mode)
    {
        if (_disposed) return;
        _newest = mode;
        _quiet.Disarm();
        SendNewest();
    }

    /// <summary>The guest is another one (restarted): what was sent before counts no more.</summary>
    internal void Forget() => _last = null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _quiet.Dispose();
    }

    private async void SendNewest()
    {
        if (_inFlight || _disposed) return;
        _inFlight = true;
        while (_newest is { } mode && !_quiet.IsArmed && !_disposed)
        {
            _newest = null;
            _last = mode;
            await _send(mode).ConfigureAwait(true);
        }
        _inFlight = false;
    }
}
