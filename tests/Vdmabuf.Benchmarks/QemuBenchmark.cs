using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vdmabuf.Lab;

namespace Vdmabuf.Benchmarks;

/// <summary>
/// The real thing: QEMU 11 under TCG with a guest that flips 60 times a second at 1280x800, its memory files, headless
/// Weston with GL at 90 Hz, and the program as a user starts it.
/// </summary>
internal static class QemuBenchmark
{
    internal static async Task Run(int seconds)
    {
        if (seconds == 0) seconds = 20;
        foreach (string missing in new[] { LabAssets.GuestMissing, LabAssets.WestonMissing, LabAssets.RootMissing, LabAssets.ProgramMissing }.OfType<string>())
            throw new InvalidOperationException(missing);
        Console.WriteLine($"method: vdmabuf attach on a running guest; CPU and frames over {seconds} s, from /proc and --stats; start-up as process start to the first-picture line");
        string[] variants = Environment.GetEnvironmentVariable("VDMABUF_BENCHMARK_OPTIONS") is { } more ? ["", more] : ["", "--compare-damage"];
        foreach (string options in variants) await MeasureAsync(seconds, options).ConfigureAwait(false);
    }

    private static async Task MeasureAsync(int seconds, string options)
    {
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Width = 1280, Height = 800, RefreshRate = 90000 }).ConfigureAwait(false);
        using var folder = new TemporaryFolder();
        string qmp = Path.Combine(folder.Path, "qmp");
        await using QemuMachine machine = await QemuMachine.Start(new QemuOptions
        {
            InRoot = true, Draw = "flip,fps=60,frames=1000000,cursor=off", Display = "dbus,p2p=on", QmpServer = qmp,
        }).ConfigureAwait(false);
        long first = await FrameAsync(machine).ConfigureAwait(false);

        var watch = Stopwatch.StartNew();
        string[] arguments = ["attach", "qemu", "--qmp", qmp, "--stats", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        await using CapturedProcess view = VdmabufProcess.Start(weston, arguments);
        await VdmabufProcess.WaitFirstPicture(view).ConfigureAwait(false);
        double startMilliseconds = watch.Elapsed.TotalMilliseconds;
        long shownFrom = await FrameAsync(machine).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(3)).ConfigureAwait(false);

        ProcessStatistics viewBefore = view.Statistics(), westonBefore = weston.Process.Statistics();
        watch.Restart();
        await Task.Delay(TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
        ProcessStatistics viewAfter = view.Statistics(), westonAfter = weston.Process.Statistics();
        double elapsed = watch.Elapsed.TotalSeconds;
        long shownTo = await FrameAsync(machine).ConfigureAwait(false);
        view.Terminate();
        await view.WaitForExit(TimeSpan.FromSeconds(10)).ConfigureAwait(false);

        JsonElement window = JsonDocument.Parse(view.Output.Split("\n").Last(line => line.StartsWith('{'))).RootElement.GetProperty("windows")[0];
        long commits = window.GetProperty("commits").GetInt64(), frames = window.GetProperty("frames").GetInt64();
        double flipsPerSecond = (shownTo - shownFrom) / (elapsed + 3);
        double commitsPerSecond = commits / (elapsed + 3);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(options.Length == 0 ? "default" : options)}: guest {flipsPerSecond:0.0} flips/s, {commitsPerSecond:0.0} commits/s ({100.0 * commits / Math.Max(1, shownTo - shownFrom):0} % of the flips), {frames} frames told"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  CPU {(viewAfter.CpuTime - viewBefore.CpuTime).TotalMilliseconds / (commitsPerSecond * elapsed):0.00} ms per shown frame; Weston {(westonAfter.CpuTime - westonBefore.CpuTime).TotalMilliseconds / (commitsPerSecond * elapsed):0.00} ms"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  first picture {startMilliseconds:0} ms after start; peak RSS {viewAfter.PeakResidentBytes / 1048576.0:0.0} MiB, PSS {viewAfter.ProportionalBytes / 1048576.0:0.0} MiB, {viewAfter.FileDescriptors} fds; copied {window.GetProperty("bytesCopied").GetInt64()} bytes; first frame seen {first}"));
    }

    private static async Task<long> FrameAsync(QemuMachine machine)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            PixelImage picture = await machine.ScreenDump().ConfigureAwait(false);
            if (GuestFrameNumber.TryRead(picture, out GuestFrameNumber number, out string? why)) return number.Frame;
            // The guest is still booting, or the dump caught it between two buffers.
            if (patience.Elapsed > TimeSpan.FromSeconds(120)) throw new InvalidOperationException($"the guest does not draw: {why}");
            await Task.Delay(200).ConfigureAwait(false);
        }
    }
}
