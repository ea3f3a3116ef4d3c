using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vdmabuf.Compositor;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Core.Settings;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Tests;

/// <summary>One window of the real code on the scripted compositor, and the source behind it.</summary>
internal sealed class TestWindow : IAsyncDisposable
{
    /// <summary>Bound of every wait; nothing is measured by it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LoopThread _thread = new();
    private readonly List<GuestMemory> _memory = [];
    private Toplevel? _toplevel;
    private ulong _serial;

    private TestWindow(CompositorOptions? options)
    {
        Compositor = new ScriptedCompositor((options ?? new CompositorOptions()) with { DefaultTimeout = Patience });
    }

    internal ScriptedCompositor Compositor { get; }

    internal EpollLoop Loop => _thread.Loop;

    internal RecordingSource Source { get; } = new();

    internal TestLog Log { get; } = new();

    internal WindowSession Session { get; private set; } = null!;

    internal ScanoutWindows Windows { get; private set; } = null!;

    internal ScanoutWindow View { get; private set; } = null!;

    /// <summary>How often the session said that it failed.</summary>
    internal int Failures { get; private set; }

    internal Toplevel Toplevel => _toplevel ?? throw new InvalidOperationException("wait for the window first");

    internal Surface Surface => Toplevel.Surface;

    internal static async Task<TestWindow> StartAsync(
        CompositorOptions? options = null, ViewSettings? settings = null, string name = "vm", bool fullscreen = false)
    {
        var test = new TestWindow(options);
        await test._thread.InvokeAsync(async () =>
        {
            test.Session = await WindowSession.ConnectAsync(test.Loop, test.Compositor.SocketPath, test.Log);
            test.Session.Failed += _ => test.Failures++;
            test.Windows = new ScanoutWindows(test.Session, settings ?? new ViewSettings(), "org.vdmabuf.Test") { StartFullscreen = fullscreen };
            test.View = (ScanoutWindow)test.Windows.OpenView(new ScanoutInfo(name, 0, 1), test.Source);
            return true;
        });
        await test.SyncAsync();
        return test;
    }

    /// <summary>Runs on the loop's thread.</summary>
    internal Task InvokeAsync(Action work) => _thread.InvokeAsync(work);

    internal Task<T> InvokeAsync<T>(Func<T> work) => _thread.InvokeAsync(work);

    internal Task<T> InvokeAsync<T>(Func<Task<T>> work) => _thread.InvokeAsync(work);

    /// <summary>Everything sent so far is handled, and what the compositor said until then is heard.</summary>
    internal async Task SyncAsync()
    {
        for (int round = 0; round < 2; round++)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await InvokeAsync(() =>
            {
                WlCallback callback = Session.Display.Sync();
                callback.Done += _ => done.TrySetResult();
                Session.Failed += error => done.TrySetException(error);
            });
            await done.Task.WaitAsync(Patience);
        }
    }

    internal GuestMemory Memory(
        int width, int height, uint fourcc = DrmFourcc.Xrgb8888, BufferMemory memory = BufferMemory.SharedMemory,
        Rect crop = default, int offset = 0, int stride = 0, bool bottomUp = false, ulong modifier = DrmModifier.Linear)
    {
        var made = new GuestMemory(width, height, fourcc, memory, crop, offset, stride, bottomUp, modifier);
        _memory.Add(made);
        return made;
    }

    internal GuestMemory DmaBuf(int width, int height, uint fourcc = DrmFourcc.Xrgb8888, int stride = 0) =>
        Memory(width, height, fourcc, BufferMemory.DmaBuf, stride: stride);

    /// <summary>Presents without waiting for anything; returns the serial.</summary>
    internal async Task<ulong> PresentAsync(GuestMemory memory, Rect? damage = null, bool awaited = false)
    {
        ulong serial = ++_serial;
        await InvokeAsync(() => View.Present(memory.Buffer, damage ?? memory.Whole, serial, awaited));
        return serial;
    }

    /// <summary>Presents, and waits until the compositor shows it.</summary>
    internal async Task<ulong> ShowAsync(GuestMemory memory, Rect? damage = null)
    {
        ulong serial = await PresentAsync(memory, damage);
        await MapAsync();
        await SettleAsync();
        return serial;
    }

    internal async Task BeginBytesAsync(int width, int height, uint fourcc = DrmFourcc.Xrgb8888) =>
        await InvokeAsync(() => View.BeginBytes(width, height, fourcc));

    internal async Task<ulong> WriteAsync(Rect target, int stride, byte[] pixels)
    {
        ulong serial = ++_serial;
        await InvokeAsync(() => View.Write(target, stride, pixels, serial));
        return serial;
    }

    /// <summary>Waits until nothing is pending any more: the newest frame is the compositor's.</summary>
    internal async Task SettleAsync()
    {
        await SyncAsync();
        while (await InvokeAsync(() => View.HasPending))
        {
            await Compositor.CompleteFrameAsync();
            await SyncAsync();
        }
    }

    internal async Task MapAsync() => _toplevel = await Compositor.WaitForMappedToplevelAsync();

    internal async Task<Toplevel> FindToplevelAsync() => _toplevel = await Compositor.WaitForToplevelAsync();

    internal Task<PixelImage> PixelsAsync(Surface? surface = null) => Compositor.ReadPixelsAsync(surface ?? Surface);

    internal async Task ConfigureAsync(int width, int height, params ToplevelState[] states)
    {
        await Compositor.ConfigureAsync(Toplevel, width, height, states);
        await SyncAsync();
    }

    /// <summary>Fds of this process that no finalizer is about to close.</summary>
    internal static int CountFds()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return FileDescriptors.CountOpen();
    }

    public async ValueTask DisposeAsync()
    {
        await InvokeAsync(() =>
        {
            Windows.Dispose();
            Session.Dispose();
            foreach (GuestMemory memory in _memory) memory.Dispose();
        });
        await _thread.DisposeAsync();
        await Compositor.DisposeAsync();
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class TestLog : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    internal IEnumerable<(LogLevel Level, string Text)> Lines => _lines;

    internal IReadOnlyList<string> Warnings => [.. _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text)];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));
}
