using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Vdmabuf.Lab;

/// <summary>How a headless Weston is started.</summary>
public sealed record WestonOptions
{
    public int Width { get; init; } = 1280;
    public int Height { get; init; } = 800;

    /// <summary>"gl" offers linux-dmabuf and imports memfds too; "pixman" has wl_shm only.</summary>
    public string Renderer { get; init; } = "gl";

    /// <summary>"kiosk" makes every window full screen, without decoration: guest pixels are output pixels.</summary>
    public string Shell { get; init; } = "kiosk";

    /// <summary>Millihertz. 90000 for frame rates: with Weston's default of 60000 only 37 callbacks come in a second.</summary>
    public int? RefreshRate { get; init; }

    public IReadOnlyList<string> ExtraArguments { get; init; } = [];
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}

/// <summary>Weston without a screen, in a runtime folder of its own, and screenshots of it.</summary>
public sealed class HeadlessWeston : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // wl_display.sync as it goes over the wire: object 1, size 12 and opcode 0, the new callback's id 2.
    private static readonly byte[] s_sync = [1, 0, 0, 0, 0, 0, 12, 0, 2, 0, 0, 0];

    private readonly TemporaryFolder _folder;
    private readonly CapturedProcess _process;

    private HeadlessWeston(TemporaryFolder folder, CapturedProcess process) => (_folder, _process) = (folder, process);

    public string RuntimeFolder => _folder.Path;
    public string Display => "wayland-lab";
    public CapturedProcess Process => _process;

    /// <summary>What a client needs in its environment.</summary>
    public IReadOnlyDictionary<string, string?> ClientEnvironment => new Dictionary<string, string?>
    {
        ["XDG_RUNTIME_DIR"] = _folder.Path,
        ["WAYLAND_DISPLAY"] = Display,
        ["WAYLAND_SOCKET"] = null,
        ["DISPLAY"] = null,
    };

    /// <summary>Starts it and returns when its socket takes connections.</summary>
    public static async Task<HeadlessWeston> Start(WestonOptions? options = null)
    {
        options ??= new WestonOptions();
        var folder = new TemporaryFolder();
        List<string> arguments =
        [
            "--backend=headless", $"--renderer={options.Renderer}", $"--shell={options.Shell}", "--debug", "--no-config", "--idle-time=0",
            "--socket=wayland-lab", string.Create(CultureInfo.InvariantCulture, $"--width={options.Width}"),
            string.Create(CultureInfo.InvariantCulture, $"--height={options.Height}"),
            .. options.RefreshRate is { } rate ? [string.Create(CultureInfo.InvariantCulture, $"--refresh-rate={rate}")] : Array.Empty<string>(),
            .. options.ExtraArguments,
        ];
        var environment = new Dictionary<string, string?>(options.Environment)
        {
            ["XDG_RUNTIME_DIR"] = folder.Path,
            ["WAYLAND_DISPLAY"] = null,
            ["WAYLAND_SOCKET"] = null,
            ["DISPLAY"] = null,
        };
        var weston = new HeadlessWeston(folder, CapturedProcess.Start("weston", arguments, environment));
        try
        {
            await weston.WaitForSocket().ConfigureAwait(false);
            return weston;
        }
        catch
        {
            await weston.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the output shows now.</summary>
    public async Task<PixelImage> Screenshot()
    {
        // The program names its file after the second: a folder of its own makes the name irrelevant.
        using var folder = new TemporaryFolder();
        await using var shooter = CapturedProcess.Start("weston-screenshooter", [], ClientEnvironment, folder.Path);
        var status = await shooter.WaitForExit(s_patience).ConfigureAwait(false);
        var file = Directory.EnumerateFiles(folder.Path, "*.png").FirstOrDefault();
        return status == 0 && file is not null
            ? PixelImage.Load(file)
            : throw new LabException($"weston-screenshooter ended with {status} and no picture:\n{shooter.Output}\n{_process.Output}");
    }

    /// <summary>Takes screenshots until one fulfils the condition; for "until the guest's picture is there".</summary>
    public async Task<PixelImage> ScreenshotWhen(Func<PixelImage, bool> condition, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var picture = await Screenshot().ConfigureAwait(false);
            if (condition(picture))
                return picture;
            if (clock.Elapsed > limit)
            {
                var path = Path.Combine(Repository.Artifacts, "weston-last.png");
                picture.Save(path);
                throw new LabException($"after {limit.TotalSeconds} s the screen does not show what is expected, see {path}");
            }
        }
    }

    /// <summary>Starts a client of this compositor.</summary>
    public CapturedProcess StartClient(string program, params string[] arguments) => CapturedProcess.Start(program, arguments, ClientEnvironment);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    private async Task WaitForSocket()
    {
        var endPoint = new UnixDomainSocketEndPoint(_folder.File(Display));
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(endPoint).ConfigureAwait(false);
                await socket.SendAsync(s_sync).ConfigureAwait(false);
                // The socket exists before the shell is loaded; only an answer means that Weston has come up.
                if (await socket.ReceiveAsync(new byte[64]).ConfigureAwait(false) > 0)
                    return;
                throw new SocketException((int)SocketError.ConnectionReset);
            }
            catch (SocketException) when (!_process.HasExited && clock.Elapsed < s_patience)
            {
                await Task.Delay(20).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                throw new LabException($"weston has no socket after {clock.Elapsed.TotalSeconds:0.0} s:\n{_process.Output}", e);
            }
        }
    }
}
