using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.DBus;
using Vdmabuf.Linux;

namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// A QEMU with <c>-display dbus,p2p=on</c>, reached through its monitor: getfd and add_client hand it one end of a
/// socket pair, and the monitor is left to others at once. Source: QEMU D-Bus display §5.1.
/// </summary>
public sealed class QmpEndpoint : IQemuEndpoint
{
    private static readonly TimeSpan AfterCreation = TimeSpan.FromMilliseconds(50);
    private const int TriesAfterCreation = 40;

    private readonly IEventLoop _loop;
    private readonly string _path;
    private int? _process;

    /// <summary>Which process serves a monitor. Tests that play several QEMUs in one process say it themselves.</summary>
    internal Func<QmpConnection, int?> ProcessOf { get; init; } = static qmp => qmp.PeerProcess;

    /// <summary>How long the monitor may take for an answer.</summary>
    internal TimeSpan Patience { get; init; } = QmpConnection.DefaultPatience;

    /// <summary>Names the monitor's socket; nothing is connected yet.</summary>
    public QmpEndpoint(IEventLoop loop, string path)
    {
        _loop = loop;
        _path = Path.GetFullPath(path);
    }

    /// <inheritdoc/>
    public string Description => _path;

    async Task<QemuControl> IQemuEndpoint.ConnectAsync()
    {
        using QmpConnection qmp = await QmpConnection.ConnectAsync(_loop, _path, Patience).ConfigureAwait(true);
        if (qmp.Version < new Version(7, 0))
            throw new QmpException($"QEMU at {_path} is version {qmp.Version}; the D-Bus display needs 7.0 or newer");
        (SafeFileHandle ours, SafeFileHandle theirs) = UnixSockets.CreatePair();
        using (theirs)
        {
            try
            {
                await qmp.ExecuteAsync("getfd", [("fdname", "vdmabuf-display")], theirs).ConfigureAwait(true);
                await qmp.ExecuteAsync("add_client", [("protocol", "@dbus-display"), ("fdname", "vdmabuf-display")]).ConfigureAwait(true);
            }
            catch (QmpException error)
            {
                ours.Dispose();
                throw error.ErrorClass is null ? error : new QmpException(
                    $"{error.Message}. Start QEMU with -display dbus,p2p=on (without it, it has no private D-Bus display to attach to)", error);
            }
        }
        _process = ProcessOf(qmp);
        return new QemuControl(BusConnection.OpenPeer(_loop, ours), destination: null);
    }

    async Task<bool> IQemuEndpoint.WaitForReturnAsync(bool wasAttached, CancellationToken cancellation)
    {
        while (true)
        {
            // The watch stands before the look, so nothing that happens between them is missed.
            var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using PathWatch? watch = TryWatch(created);
            switch (await LookAsync(wasAttached, cancellation).ConfigureAwait(true))
            {
                case Look.Back: return true;
                case Look.Displaced: return false;
            }
            if (watch is null) await Task.Delay(1000, cancellation).ConfigureAwait(true);   // the folder itself is gone
            else await created.Task.WaitAsync(cancellation).ConfigureAwait(true);
        }
    }

    private enum Look { Absent, Back, Displaced }

    /// <summary>A socket file appears a moment before QEMU listens on it, hence the few tries.</summary>
    private async Task<Look> LookAsync(bool wasAttached, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < TriesAfterCreation && File.Exists(_path); attempt++)
        {
            try
            {
                using QmpConnection qmp = await QmpConnection.ConnectAsync(_loop, _path, Patience).ConfigureAwait(true);
                await qmp.ExecuteAsync("query-status").ConfigureAwait(true);
                return wasAttached && ProcessOf(qmp) == _process ? Look.Displaced : Look.Back;
            }
            catch (QmpException)
            {
                await Task.Delay(AfterCreation, cancellation).ConfigureAwait(true);
            }
        }
        return Look.Absent;
    }

    private PathWatch? TryWatch(TaskCompletionSource created)
    {
        try
        {
            return new PathWatch(_loop, _path, () => created.TrySetResult());
        }
        catch (LinuxException)
        {
            return null;
        }
    }
}
