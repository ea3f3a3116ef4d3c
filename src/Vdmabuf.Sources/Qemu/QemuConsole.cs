using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Scanout;
using Vdmabuf.DBus;
using Vdmabuf.Linux;

namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// One head of a QEMU VM: its view, and over each attachment the listener that feeds the view and the calls that
/// carry input and wished-for modes. The view outlives attachments, so a restarted VM comes back in the same window.
/// </summary>
internal sealed class QemuConsole : IScanoutSource, IDisposable
{
    /// <summary>A listener that is lost this often in one attachment is not registered again.</summary>
    private const int MaxRegistrations = 5;

    private static readonly TimeSpan ListenerGrace = TimeSpan.FromMilliseconds(100);

    /// <summary>What a head is switched on with where QEMU names no size, or none a desktop fits in.</summary>
    private const uint LeastWidth = 640, LeastHeight = 480;

    private readonly IEventLoop _loop;
    private readonly ILogger _log;
    private readonly UiInfoRequests _modes;
    private readonly string _name;
    private readonly QemuTransport _transport;
    private QemuControl? _control;
    private QemuInput? _input;
    private BusConnection? _connection;
    private QemuListener? _listener;
    private ulong _lastSerial;
    private int _registrations;
    private bool _acceptsModes = true;
    private WantedMode _wanted;

    internal QemuConsole(IEventLoop loop, ILogger log, string vmName, ConsoleFacts facts, int headCount, IScanoutViewFactory views,
        QemuTransport transport = QemuTransport.Auto)
    {
        _loop = loop;
        _transport = transport;
        _log = log;
        Facts = facts;
        _name = $"{vmName} head {facts.Head}";
        _modes = new UiInfoRequests(loop, SendModeAsync);
        View = views.OpenView(new ScanoutInfo(vmName, (int)Math.Min(facts.Head, 255), headCount), this);
    }

    /// <summary>The user closed this head's window.</summary>
    internal event Action<QemuConsole>? ViewClosed;

    internal IScanoutView View { get; }

    internal ConsoleFacts Facts { get; }

    /// <summary>Feeds the view over this control connection from here on.</summary>
    internal async Task AttachAsync(QemuControl control, ConsoleFacts facts)
    {
        _control = control;
        _input = new QemuInput(control, facts.Index);
        _registrations = 0;
        // A VM that was started anew may have another display device.
        _acceptsModes = true;
        _modes.Forget();
        _input.SetConsoleSize(facts.Width, facts.Height);
        await RegisterListenerAsync(control).ConfigureAwait(true);
        bool absolute = await control.IsAbsoluteAsync(facts.Index).ConfigureAwait(true);
        if (_control != control) return;   // the view was closed, or the VM left, while QEMU answered
        PropertyChanged("IsAbsolute", new PropertyValue(null, 0, absolute, null));
        // A head above the first is off until it is given a size (§3, SetUIInfo).
        if (_wanted.Width > 0) _modes.RequestNow(_wanted);
        else if (facts.Head > 0) _modes.RequestNow(new WantedMode(Math.Max(facts.Width, LeastWidth), Math.Max(facts.Height, LeastHeight), 0, 0));
    }

    /// <summary>The attachment is over: nothing is sent to QEMU any more, and the view keeps its last good frame.</summary>
    internal void Detach()
    {
        _control = null;
        _input = null;
        CloseListener();
    }

    /// <summary>A property of the console or of its mouse changed.</summary>
    internal void PropertyChanged(string property, PropertyValue value)
    {
        switch (property)
        {
            case "IsAbsolute":
                _input?.SetAbsolute(value.Flag);
                View.SetPointerMode(value.Flag);
                break;
            case "Width":
                _input?.SetConsoleSize(value.Number, null);
                break;
            case "Height":
                _input?.SetConsoleSize(null, value.Number);
                break;
        }
    }

    /// <summary>Switches the head off in the guest, where the device can.</summary>
    internal Task SwitchOffAsync() => SendModeAsync(default);

    /// <inheritdoc/>
    public void FrameDone(ulong serial) => _listener?.FrameDone(serial);

    /// <inheritdoc/>
    public void BufferReleased(GuestBuffer buffer)
    {
        // QEMU's display has no release: the guest waits for the frame, not for the buffer.
    }

    /// <inheritdoc/>
    public void Key(uint evdevCode, bool pressed) => _input?.Key(evdevCode, pressed);

    /// <inheritdoc/>
    public void PointerAbsolute(int x, int y) => _input?.PointerAbsolute(x, y);

    /// <inheritdoc/>
    public void PointerRelative(int dx, int dy) => _input?.PointerRelative(dx, dy);

    /// <inheritdoc/>
    public void PointerButton(uint evdevCode, bool pressed) => _input?.Button(evdevCode, pressed);

    /// <inheritdoc/>
    public void PointerWheel(int horizontal, int vertical) => _input?.Wheel(horizontal, vertical);

    /// <inheritdoc/>
    public void RequestSize(int width, int height, int widthMillimetres, int heightMillimetres)
    {
        _wanted = new WantedMode(
            (uint)Math.Max(0, width), (uint)Math.Max(0, height),
            (ushort)Math.Clamp(widthMillimetres, 0, ushort.MaxValue), (ushort)Math.Clamp(heightMillimetres, 0, ushort.MaxValue));
        if (_control is not null && _acceptsModes) _modes.Request(_wanted);
    }

    /// <inheritdoc/>
    public void Closed() => ViewClosed?.Invoke(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        Detach();
        _modes.Dispose();
    }

    private async Task RegisterListenerAsync(QemuControl control)
    {
        _registrations++;
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSockets.CreatePair();
        using (theirs)
        {
            // Everything QEMU will ask for exists before it can ask: it blocks its main loop on our answers (§5.3).
            var listener = new QemuListener(_loop, View, _log, _name, _lastSerial, _transport);
            BusConnection connection = BusConnection.OpenPeer(_loop, ours);
            connection.Export(QemuNames.ListenerPath, listener);
            connection.HandlerFailed += error => Log.HandlerFailed(_log, _name, error);
            connection.Closed += reason => OnListenerClosed(connection, reason.Message);
            _listener = listener;
            _connection = connection;
            await control.RegisterListenerAsync(Facts.Index, theirs).ConfigureAwait(true);
        }
    }

    private async void OnListenerClosed(BusConnection connection, string reason)
    {
        if (connection != _connection) return;
        CloseListener();
        // A QEMU that ends closes all its sockets, this one perhaps first: the control connection's turn comes before ours.
        await Task.Delay(ListenerGrace).ConfigureAwait(true);
        if (_control is not { } control || control.IsClosed || _connection is not null) return;
        if (_registrations >= MaxRegistrations)
        {
            Log.ListenerGivenUp(_log, _name, reason, _registrations);
            return;
        }
        Log.ListenerLost(_log, _name, reason);
        try
        {
            await RegisterListenerAsync(control).ConfigureAwait(true);
        }
        catch (Exception error) when (QemuControl.IsCallFailure(error))
        {
            Log.CallFailed(_log, _name, "RegisterListener", error.Message);
            if (_control == control) CloseListener();
        }
    }

    private void CloseListener()
    {
        QemuListener? listener = _listener;
        BusConnection? connection = _connection;
        _listener = null;
        _connection = null;
        _lastSerial = listener?.LastSerial ?? _lastSerial;
        listener?.Dispose();
        connection?.Dispose();
    }

    private async Task SendModeAsync(WantedMode mode)
    {
        if (_control is not { } control || !_acceptsModes) return;
        try
        {
            await control.SetUiInfoAsync(Facts.Index, mode).ConfigureAwait(true);
        }
        catch (DBusErrorException error)
        {
            if (error.Name == QemuNames.Unsupported && _control == control) _acceptsModes = false;
            Log.NoUiInfo(_log, _name, error.Message);
        }
        catch (Exception error) when (QemuControl.IsCallFailure(error))
        {
            // The VM went away or we detached under the request, or QEMU does not read: told elsewhere, or not worth telling.
        }
    }
}
