using System.Diagnostics;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Core.Settings;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Tests;

/// <summary>The same windows on a compositor that others wrote, which ends a client that breaks a rule.</summary>
[Trait("Needs", "compositor")]
public sealed class WestonTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Real_compositor_takes_every_kind_of_frame(bool fullscreen)
    {
        using Process weston = await StartAsync();
        try
        {
            await ShowEverythingAsync(weston.StartInfo.Environment["XDG_RUNTIME_DIR"]!, fullscreen);
        }
        finally
        {
            weston.Kill();
            await weston.WaitForExitAsync().WaitAsync(TestWindow.Patience);
            Directory.Delete(weston.StartInfo.Environment["XDG_RUNTIME_DIR"]!, recursive: true);
        }
    }

    private static async Task ShowEverythingAsync(string folder, bool fullscreen)
    {
        await using var thread = new LoopThread();
        var source = new RecordingSource();
        string socket = Path.Combine(folder, "wayland-test");
        Exception? failure = null;
        (WindowSession session, ScanoutWindows windows, ScanoutWindow view) = await thread.InvokeAsync(async () =>
        {
            WindowSession connected = await WindowSession.ConnectAsync(thread.Loop, socket, new TestLog());
            connected.Failed += error => failure = error;
            var made = new ScanoutWindows(connected, new ViewSettings(), "org.vdmabuf.Test") { StartFullscreen = fullscreen };
            return (connected, made, (ScanoutWindow)made.OpenView(new ScanoutInfo("vm", 0, 1), source));
        });
        GuestMemory[] memory =
        [
            new GuestMemory(640, 480), new GuestMemory(640, 480), new GuestMemory(300, 500), new GuestMemory(1024, 640),
            new GuestMemory(640, 480, crop: new Rect(10, 20, 333, 111), bottomUp: true), new GuestMemory(200, 100, DrmFourcc.Bgrx8888),
        ];
        ulong serial = 0;

        for (int i = 0; i < 60; i++)
        {
            GuestMemory guest = memory[i / 2 % memory.Length];
            ulong next = ++serial;
            await thread.InvokeAsync(() => view.Present(guest.Buffer, guest.Whole, next, awaited: true));
            await source.WaitForDoneAsync(next);
        }
        await thread.InvokeAsync(() =>
        {
            view.BeginBytes(64, 64, DrmFourcc.Xrgb8888);
            view.Write(new Rect(0, 0, 64, 64), 256, new byte[64 * 256], ++serial);
            view.ShowAbsence(ScanoutAbsence.Disabled);
        });
        await source.WaitForDoneAsync(60);

        // The answer to a question asked last says that nothing before it was an error.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await thread.InvokeAsync(() => session.Display.Sync().Done += _ => done.SetResult());
        await done.Task.WaitAsync(TestWindow.Patience);
        Assert.Null(failure);
        Assert.True(await thread.InvokeAsync(() => view.Statistics.Commits) > 12);
        await thread.InvokeAsync(() =>
        {
            windows.Dispose();
            session.Dispose();
            foreach (GuestMemory guest in memory) guest.Dispose();
        });
    }

    private static async Task<Process> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("vdmabuf-weston-").FullName;
        var start = new ProcessStartInfo("weston")
        {
            ArgumentList = { "--backend=headless", "--shell=desktop", "--no-config", "--socket=wayland-test", "--width=1000", "--height=700" },
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = folder;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SkipException("weston is not installed");
        }
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        string socket = Path.Combine(folder, "wayland-test");
        var waited = Stopwatch.StartNew();
        while (!File.Exists(socket))
        {
            if (process.HasExited) throw new InvalidOperationException($"weston ended with {process.ExitCode} before it listened");
            if (waited.Elapsed > TestWindow.Patience) throw new TimeoutException("weston does not listen");
            await Task.Delay(20);
        }
        return process;
    }
}
