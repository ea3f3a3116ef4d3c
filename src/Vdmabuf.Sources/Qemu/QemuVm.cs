using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Scanout;
using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Qemu;

/// <summary>Why a VM's view ended.</summary>
public enum DetachReason
{
    /// <summary>The user closed the last window; the VM runs on.</summary>
    ViewsClosed,

    /// <summary>Another viewer took over QEMU's only private connection.</summary>
    Displaced,

    /// <summary>The owner of this object asked for it.</summary>
    Stopped,
}

/// <summary>
/// One QEMU VM: attaches to it, keeps one view for each graphic console, and attaches again when QEMU comes back
/// under the same socket or name. Runs on the loop's thread.
/// </summary>
public sealed class QemuVm : IDisposable
{
    private const int ExportTries = 100;

    /// <summary>Between attempts to attach to a VM that is there but refuses; doubled each time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    private readonly IEventLoop _loop;
    private readonly IQemuEndpoint _endpoint;
    private readonly IScanoutViewFactory _views;
    private readonly ILogger _log;
    private readonly Dictionary<uint, QemuConsole> _consoles = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<DetachReason> _detached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private QemuControl? _control;
    private string _name;

    /// <summary>Nothing is connected before <see cref="RunAsync"/>.</summary>
    public QemuVm(IEventLoop loop, IQemuEndpoint endpoint, IScanoutViewFactory views, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        _loop = loop;
        _endpoint = endpoint;
        _views = views;
        _log = log;
        _name = endpoint.Description;
    }

    /// <summary>The VM's name, once attached.</summary>
    public string Name => _name;

    /// <summary>What our listeners offer; read at each attachment of a new console.</summary>
    public QemuTransport Transport { get; init; }

    /// <summary>Raised after each attachment, when all heads have their listeners.</summary>
    public event Action? Attached;

    /// <summary>
    /// Attaches and stays attached. The first attachment's failure is thrown; later ones are retried when the VM
    /// comes back.
    /// </summary>
    /// <exception cref="QmpException">The monitor cannot be used.</exception>
    /// <exception cref="QemuEndpointException">There is no such VM on the bus, or several.</exception>
    /// <exception cref="DBusDisconnectedException">The bus or QEMU closed the connection.</exception>
    public async Task<DetachReason> RunAsync()
    {
        Task<Task<string>> attaching = AttachAsync();
        if (await Task.WhenAny(attaching, _detached.Task).ConfigureAwait(true) == _detached.Task)
            return await _detached.Task.ConfigureAwait(true);
        Task<string> ended = await attaching.ConfigureAwait(true);
        while (true)
        {
            if (await Task.WhenAny(ended, _detached.Task).ConfigureAwait(true) == _detached.Task)
                return await _detached.Task.ConfigureAwait(true);
            Log.VmGone(_log, _name, await ended.ConfigureAwait(true));
            EndAttachment();
            foreach (QemuConsole console in _consoles.Values) console.View.ShowAbsence(ScanoutAbsence.VmGone);
            Task<Task<string>?> returning = AttachAgainAsync();
            if (await Task.WhenAny(returning, _detached.Task).ConfigureAwait(true) == _detached.Task)
                return await _detached.Task.ConfigureAwait(true);
            if (await returning.ConfigureAwait(true) is not { } next)
            {
                Log.Displaced(_log, _name);
                return DetachReason.Displaced;
            }
            ended = next;
        }
    }

    /// <summary>Ends <see cref="RunAsync"/>; the VM runs on.</summary>
    public void Stop() => _detached.TrySetResult(DetachReason.Stopped);

    /// <summary>Detaches and closes all views.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested) return;
        _detached.TrySetResult(DetachReason.Stopped);
        _stop.Cancel();
        EndAttachment();
        foreach (QemuConsole console in _consoles.Values)
        {
            console.Dispose();
            _views.CloseView(console.View);
        }
        _consoles.Clear();
        _stop.Dispose();
    }

    /// <summary>Null where somebody else is attached instead of us.</summary>
    private async Task<Task<string>?> AttachAgainAsync()
    {
        CancellationToken stop = _stop.Token;
        TimeSpan pause = FirstPause;
        bool wasAttached = true;
        while (await _endpoint.WaitForReturnAsync(wasAttached, stop).ConfigureAwait(true))
        {
            try
            {
                return await AttachAsync().ConfigureAwait(true);
            }
            catch (Exception error) when (error is QmpException or QemuEndpointException || (QemuControl.IsCallFailure(error) && !stop.IsCancellationRequested))
            {
                Log.AttachFailed(_log, _name, error.Message);
                EndAttachment();
                await Task.Delay(pause, stop).ConfigureAwait(true);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                wasAttached = false;
            }
        }
        return null;
    }

    /// <summary>Gives a task that ends, with the reason, when this attachment does.</summary>
    private async Task<Task<string>> AttachAsync()
    {
        QemuControl control = await _endpoint.ConnectAsync().ConfigureAwait(true);
        if (_stop.IsCancellationRequested)
        {
            control.Dispose();
            throw new OperationCanceledException();
        }
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        control.Ended += reason => ended.TrySetResult(reason);
        control.Connection.HandlerFailed += error => Log.HandlerFailed(_log, _name, error);
        _control = control;
        (_name, _, uint[] indexes) = await ReadVmAsync(control).ConfigureAwait(true);
        control.MatchPropertyChanges(OnPropertiesChanged);

        ConsoleFacts[] all = await Task.WhenAll(indexes.Select(control.ReadConsoleAsync)).ConfigureAwait(true);
        ConsoleFacts[] heads = [.. all.Where(console => console.IsGraphic)];
        if (heads.Length == 0)
            throw new QemuEndpointException($"{_name} has no graphic console, so there is nothing to show. Give it a display device, e.g. -device virtio-vga");
        CloseHeadsThatAreGone(heads);
        await Task.WhenAll(heads.Select(facts =>
        {
            if (!_consoles.TryGetValue(facts.Index, out QemuConsole? console))
            {
                console = new QemuConsole(_loop, _log, _name, facts, heads.Length, _views, Transport);
                console.ViewClosed += OnViewClosed;
                _consoles.Add(facts.Index, console);
            }
            return console.AttachAsync(control, facts);
        })).ConfigureAwait(true);
        Log.Attached(_log, _name, _endpoint.Description, heads.Length);
        Attached?.Invoke();
        return ended.Task;
    }

    /// <summary>QEMU exports its objects only once its side of the handshake is through (§5.1): until then it knows none.</summary>
    private static async Task<(string Name, string Uuid, uint[] Consoles)> ReadVmAsync(QemuControl control)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await control.ReadVmAsync().ConfigureAwait(true);
            }
            catch (DBusErrorException error) when (attempt < ExportTries && error.Name is
                "org.freedesktop.DBus.Error.UnknownMethod" or "org.freedesktop.DBus.Error.UnknownObject" or "org.freedesktop.DBus.Error.UnknownInterface")
            {
                await Task.Delay(5).ConfigureAwait(true);
            }
        }
    }

    private void EndAttachment()
    {
        foreach (QemuConsole console in _consoles.Values) console.Detach();
        _control?.Dispose();
        _control = null;
    }

    private void OnPropertiesChanged(IncomingSignal signal)
    {
        ReadOnlySpan<byte> path = signal.Path;
        foreach (QemuConsole console in _consoles.Values)
        {
            if (!path.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(QemuNames.ConsolePath(console.Facts.Index)))) continue;
            MessageReader reader = signal.Reader;
            reader.ReadStringSpan();
            Properties.Read(reader, console.PropertyChanged);
            return;
        }
    }

    /// <summary>A VM may come back with fewer heads than it had.</summary>
    private void CloseHeadsThatAreGone(ConsoleFacts[] heads)
    {
        foreach (QemuConsole console in _consoles.Values.Where(known => !heads.Any(facts => facts.Index == known.Facts.Index)).ToArray())
        {
            _consoles.Remove(console.Facts.Index);
            console.Dispose();
            _views.CloseView(console.View);
        }
    }

    private void OnViewClosed(QemuConsole console)
    {
        if (!_consoles.Remove(console.Facts.Index)) return;
        // Only a further head is switched off: the first would leave the VM without any display to come back to.
        // The window does not wait for QEMU's answer, which a hung VM would never give.
        if (console.Facts.Head > 0 && _consoles.Count > 0) _ = console.SwitchOffAsync();
        console.Dispose();
        _views.CloseView(console.View);
        if (_consoles.Count == 0) _detached.TrySetResult(DetachReason.ViewsClosed);
    }
}
