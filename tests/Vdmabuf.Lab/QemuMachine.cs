using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Vdmabuf.Lab;

/// <summary>A running QEMU with the drawing guest: QMP, the guest's control port, screendumps.</summary>
/// <remarks>The harness listens and QEMU connects, so no line of the guest is lost, however early.</remarks>
public sealed class QemuMachine : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder;

    private QemuMachine(TemporaryFolder folder, CapturedProcess process, QmpClient qmp, GuestControl guest) =>
        (_folder, Process, Qmp, Guest) = (folder, process, qmp, guest);

    /// <summary>QEMU itself, or the launcher that it was started under.</summary>
    public CapturedProcess Process { get; }
    public QmpClient Qmp { get; }
    public GuestControl Guest { get; }

    /// <summary>What the guest's console printed so far.</summary>
    public string SerialLog => File.Exists(_folder.File("serial")) ? File.ReadAllText(_folder.File("serial")) : "";

    /// <summary>Starts QEMU directly.</summary>
    public static Task<QemuMachine> Start(QemuOptions? options = null)
    {
        options ??= new QemuOptions();
        return options.InRoot
            ? StartUnder(options, LabAssets.Script, ["in"])
            : Launch(options, "qemu-system-x86_64", []);
    }

    /// <summary>Starts QEMU through another program: <c>LAUNCHER ARGUMENTS qemu-system-x86_64 ...</c>, as <c>vdmabuf run --</c> does.</summary>
    public static Task<QemuMachine> StartUnder(QemuOptions options, string launcher, IReadOnlyList<string> arguments) =>
        Launch(options, launcher, [.. arguments, "qemu-system-x86_64"]);

    private static async Task<QemuMachine> Launch(QemuOptions options, string program, IReadOnlyList<string> before)
    {
        var folder = new TemporaryFolder();
        using var controlListener = LineSocket.Listen(folder.File("control"));
        using var qmpListener = LineSocket.Listen(folder.File("qmp"));
        List<string> arguments = [.. before, .. options.Arguments(folder.File("control"), folder.File("qmp"), folder.File("serial"))];
        var process = CapturedProcess.Start(program, arguments, options.Environment);
        try
        {
            var control = await Accept(controlListener, process).ConfigureAwait(false);
            var qmp = await QmpClient.Open(await Accept(qmpListener, process).ConfigureAwait(false)).ConfigureAwait(false);
            return new QemuMachine(folder, process, qmp, new GuestControl(control));
        }
        catch
        {
            await process.DisposeAsync().ConfigureAwait(false);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>What QEMU thinks the given head shows: the reference that a window is compared with.</summary>
    public async Task<PixelImage> ScreenDump(int head = 0)
    {
        var file = _folder.File("dump.ppm");
        var arguments = new JsonObject { ["filename"] = file, ["device"] = QemuOptions.DeviceId, ["head"] = head };
        await Qmp.Execute("screendump", arguments).ConfigureAwait(false);
        return PixelImage.Load(file);
    }

    public Task Reset() => Qmp.Execute("system_reset");
    public Task Stop() => Qmp.Execute("stop");
    public Task Continue() => Qmp.Execute("cont");

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync().ConfigureAwait(false);
        Guest.Dispose();
        Qmp.Dispose();
        _folder.Dispose();
    }

    private static async Task<Socket> Accept(Socket listener, CapturedProcess process)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        var accepting = listener.AcceptAsync(deadline.Token).AsTask();
        var ended = process.WaitForExit(s_patience);
        try
        {
            if (await Task.WhenAny(accepting, ended).ConfigureAwait(false) == accepting)
                return await accepting.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"QEMU did not connect in {s_patience.TotalSeconds} s:\n{process.Output}");
        }
        throw new LabException($"QEMU ended before it connected:\n{process.Output}");
    }
}
