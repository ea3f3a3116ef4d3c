using System.Diagnostics;

namespace Vdmabuf.Wayland.Tests;

/// <summary>A headless compositor for one test, in a runtime folder of its own.</summary>
internal sealed class Weston : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vdmabuf-weston-");
    private readonly Process _process;

    private Weston(string program)
    {
        Socket = Path.Combine(_folder.FullName, "wayland-test");
        var start = new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                "--backend=headless", "--renderer=gl", "--no-config", "--idle-time=0", "--socket=wayland-test",
                $"--log={Path.Combine(_folder.FullName, "weston.log")}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = _folder.FullName;
        start.Environment.Remove("WAYLAND_DISPLAY");
        start.Environment.Remove("WAYLAND_SOCKET");
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The socket's path.</summary>
    public string Socket { get; }

    /// <summary>Starts Weston and connects; skips the test where it is not installed.</summary>
    public static (Weston Compositor, WaylandDisplay Display) Start()
    {
        string? program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "weston")).FirstOrDefault(File.Exists);
        Skip.If(program is null, "weston is not installed (not found in PATH)");
        var weston = new Weston(program!);
        try
        {
            return (weston, weston.Connect());
        }
        catch
        {
            weston.Dispose();
            throw;
        }
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private WaylandDisplay Connect()
    {
        // The socket appears when the backend is up; nothing announces it to a parent without Weston's own module.
        long deadline = Environment.TickCount64 + 30_000;
        while (true)
        {
            try
            {
                return WaylandDisplay.Connect(Socket);
            }
            catch (WaylandConnectException) when (Environment.TickCount64 < deadline && !_process.HasExited)
            {
                Thread.Sleep(20);
            }
        }
    }
}
