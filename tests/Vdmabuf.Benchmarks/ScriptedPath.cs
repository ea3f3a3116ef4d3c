using Microsoft.Extensions.Logging.Abstractions;
using Vdmabuf.Compositor;
using Vdmabuf.Core.Settings;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;
using Vdmabuf.Window;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Benchmarks;

/// <summary>
/// The whole path in one process, each party on a thread of its own: the scripted QEMU, our source and windows as in a
/// view process, and the scripted compositor.
/// </summary>
internal sealed class ScriptedPath : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vdmabuf-bench").FullName;
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<FakeListener> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EpollLoop> _viewLoop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _qemuThread, _viewThread;
    private ScanoutWindows? _windows;

    internal ScriptedPath()
    {
        Compositor = new ScriptedCompositor(new CompositorOptions
        {
            Frames = FrameMode.Immediate,
            RecordLimit = 0,
        });
        string qmp = Path.Combine(_folder, "qmp");
        var serving = new TaskCompletionSource();
        _qemuThread = new Thread(() => RunQemu(qmp, serving)) { Name = "qemu" };
        _qemuThread.Start();
        serving.Task.GetAwaiter().GetResult();
        _viewThread = new Thread(() => RunView(qmp)) { Name = "view" };
        _viewThread.Start();
    }

    internal ScriptedCompositor Compositor { get; }

    /// <summary>QEMU's end of the first head's listener; to be used on <see cref="QemuLoop"/> only.</summary>
    internal Task<FakeListener> Listener => _listening.Task;

    internal EpollLoop QemuLoop { get; } = new();

    /// <summary>Runs something on the view's thread, where everything measured happens.</summary>
    internal async Task<T> OnView<T>(Func<ScanoutWindows, T> ask)
    {
        EpollLoop loop = await _viewLoop.Task.ConfigureAwait(false);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => answer.SetResult(ask(_windows!)));
        return await answer.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _stop.TrySetResult();
        _viewThread.Join();
        _qemuThread.Join();
        await Compositor.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    private void RunQemu(string path, TaskCompletionSource serving)
    {
        QemuLoop.Run(async () =>
        {
            using var qemu = new FakeQemu(QemuLoop);
            qemu.ServeMonitor(path);
            serving.SetResult();
            while (qemu.Consoles[0].Listeners.Count == 0) await Task.Delay(5).ConfigureAwait(true);
            await qemu.Consoles[0].Listener.Ready.ConfigureAwait(true);
            _listening.SetResult(qemu.Consoles[0].Listener);
            await _stop.Task.ConfigureAwait(true);
        });
        QemuLoop.Dispose();
    }

    private void RunView(string path)
    {
        using var loop = new EpollLoop();
        loop.Run(async () =>
        {
            using WindowSession session = await WindowSession.ConnectAsync(loop, Compositor.SocketPath, NullLogger.Instance).ConfigureAwait(true);
            using var windows = new ScanoutWindows(session, new ViewSettings(), "org.vdmabuf.Benchmark");
            _windows = windows;
            using var vm = new QemuVm(loop, new QmpEndpoint(loop, path), windows, NullLogger.Instance);
            _viewLoop.SetResult(loop);
            Task<DetachReason> running = vm.RunAsync();
            await Task.WhenAny(running, _stop.Task).ConfigureAwait(true);
        });
    }
}
