using System.Globalization;
using Vdmabuf.Compositor;
using Vdmabuf.Lab;
using Vdmabuf.Linux;

namespace Vdmabuf.Benchmarks;

/// <summary>
/// From the guest's flip to the commit that shows it, for our program and for the gtk window inside QEMU, against the
/// same compositor. The flip is the moment QEMU handles the flush (its trace log), the commit the moment the
/// compositor has read it; the frame number the guest drew, read from the committed buffer, tells which is which. Both
/// clocks are this machine's. It does not include the guest's own way to QEMU, nor the way to a monitor.
/// </summary>
internal static class FlipLatencyBenchmark
{
    internal static async Task Run(int seconds)
    {
        if (seconds == 0) seconds = 20;
        if (LabAssets.GuestMissing is { } missing) throw new InvalidOperationException(missing);
        Console.WriteLine($"method: guest flips 60 times a second at 1280x800, {seconds} s each; flip = QEMU's virtio_gpu_cmd_res_flush, commit = read by a scripted compositor at 90 Hz");
        await MeasureAsync("vdmabuf", seconds, inQemu: false).ConfigureAwait(false);
        await MeasureAsync("QEMU gtk", seconds, inQemu: true).ConfigureAwait(false);
    }

    private static async Task MeasureAsync(string name, int seconds, bool inQemu)
    {
        using var folder = new TemporaryFolder();
        await using var compositor = new ScriptedCompositor(new CompositorOptions
        {
            RecordLimit = 0,
            Outputs = [new OutputState { Width = 1280, Height = 800, RefreshMilliHertz = 90_000 }],
            FirstConfigureSize = (1280, 800),
            FirstConfigureStates = [ToplevelState.Fullscreen, ToplevelState.Activated],
        }.With(("wl_data_device_manager", 3)));
        var watcher = new CommitWatcher();
        compositor.OnCommit = watcher.OnCommit;

        string trace = folder.File("trace"), qmp = folder.File("qmp");
        var environment = new Dictionary<string, string?> { ["WAYLAND_DISPLAY"] = compositor.SocketPath, ["XDG_RUNTIME_DIR"] = compositor.RuntimeDirectory, ["GDK_BACKEND"] = "wayland", ["DISPLAY"] = null };
        await using QemuMachine machine = await QemuMachine.Start(new QemuOptions
        {
            Draw = "flip,fps=60,frames=1000000,cursor=off",
            Display = inQemu ? "gtk,full-screen=on,show-menubar=off" : "dbus,p2p=on",
            QmpServer = qmp,
            Environment = inQemu ? environment : new Dictionary<string, string?>(),
            ExtraArguments = ["-msg", "timestamp=on", "-trace", "enable=virtio_gpu_cmd_res_flush", "-D", trace],
        }).ConfigureAwait(false);
        await using CapturedProcess? view = inQemu
            ? null
            : CapturedProcess.Start(Repository.Program!, ["attach", "qemu", "--qmp", qmp], environment);

        for (int i = 0; watcher.Count < 120; i++)
        {
            if (i > 600) throw new InvalidOperationException($"{name} committed {watcher.Count} numbered frames in a minute");
            await Task.Delay(100).ConfigureAwait(false);
        }
        watcher.Clear();
        await Task.Delay(TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
        List<(uint Frame, long At)> commits = watcher.Take();
        long[] flips = ReadFlips(trace);
        Report(name, commits, flips);
    }

    private static void Report(string name, List<(uint Frame, long At)> commits, long[] flips)
    {
        var latencies = new Percentiles(commits.Count);
        for (int start = 0; start + Window <= commits.Count; start += Window)
        {
            List<(uint Frame, long At)> part = commits.GetRange(start, Window);
            if (Align(part, flips) is not { } shift) continue;
            foreach ((uint frame, long at) in part)
                if (frame - shift is >= 0 and var index && index < flips.Length && at >= flips[index]) latencies.Add(at - flips[index]);
        }
        uint from = commits[0].Frame, to = commits[^1].Frame;
        int distinct = commits.Select(commit => commit.Frame).Distinct().Count();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: flip to commit {latencies.Describe()}; {100.0 * distinct / (to - from + 1):0} % of {to - from + 1} flips committed"));
    }

    /// <summary>Commits that are aligned with the flips together: now and then the guest's console flushes too, and the count shifts.</summary>
    private const int Window = 60;

    /// <summary>
    /// Frame N is the flush N - shift: the guest flushes a few times before its first frame. Of the shifts under which
    /// no frame is shown before its flip, the one with the smallest delay is it, as a delay is shorter than the frames' distance.
    /// </summary>
    private static int? Align(List<(uint Frame, long At)> commits, long[] flips)
    {
        for (int shift = -256; shift < 256; shift++)
        {
            int matched = 0, early = 0;
            foreach ((uint frame, long at) in commits)
            {
                if (frame - shift is not (>= 0 and var index) || index >= flips.Length) continue;
                matched++;
                if (at < flips[index]) early++;
            }
            // The memory is read live: where the guest is already drawing on, a commit shows a number before its flip.
            if (matched > commits.Count / 2 && early <= matched / 20) return shift;
        }
        return null;
    }

    /// <summary>The log's stamps are wall-clock time; the offset to the monotonic clock is taken once.</summary>
    private static long[] ReadFlips(string trace)
    {
        long offset = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100 - MonotonicClock.Nanoseconds;
        var flips = new List<long>();
        foreach (string line in File.ReadLines(trace))
        {
            // 2026-11-22T13:40:00.123456Z or PID@SECONDS.MICROSECONDS, then :event
            int at = line.IndexOf('@', StringComparison.Ordinal), colon = line.IndexOf(':', Math.Max(0, at));
            if (!line.Contains("virtio_gpu_cmd_res_flush", StringComparison.Ordinal)) continue;
            if (at >= 0 && decimal.TryParse(line.AsSpan(at + 1, colon - at - 1), CultureInfo.InvariantCulture, out decimal wall))
                flips.Add((long)(wall * 1_000_000_000m) - offset);
            else if (DateTimeOffset.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out DateTimeOffset stamp))
                flips.Add(((stamp.UtcTicks - DateTime.UnixEpoch.Ticks) * 100) - offset);
        }
        return [.. flips];
    }

    /// <summary>Reads the frame number out of every commit; on the compositor's thread.</summary>
    private sealed class CommitWatcher
    {
        private readonly Lock _gate = new();
        private readonly List<(uint, long)> _seen = [];
        private int _top = -1, _left;

        internal int Count
        {
            get { lock (_gate) return _seen.Count; }
        }

        internal void OnCommit(SurfaceCommit commit)
        {
            if (!commit.Attached || commit.State.Buffer is not { } buffer || buffer.Width < 1280 || buffer.Height < 800) return;
            if (_top < 0 && !Locate(buffer)) return;
            if (Number(buffer, _top, _left) is not { } number) return;
            lock (_gate) _seen.Add((number, commit.MonotonicNanoseconds));
        }

        internal void Clear()
        {
            lock (_gate) _seen.Clear();
        }

        internal List<(uint Frame, long At)> Take()
        {
            lock (_gate) return [.. _seen];
        }

        /// <summary>A toolkit draws shadows and bars around the picture: it is looked for once.</summary>
        private bool Locate(ClientBuffer buffer)
        {
            for (int top = 0; top <= Math.Min(128, buffer.Height - 800); top++)
            {
                for (int left = 0; left <= Math.Min(64, buffer.Width - 1280); left++)
                {
                    if (Number(buffer, top, left) is null) continue;
                    (_top, _left) = (top, left);
                    return true;
                }
            }
            return false;
        }

        private static uint? Number(ClientBuffer buffer, int top, int left)
        {
            if (buffer.TryReadRows(top, 16) is not { } rows) return null;
            var strip = new Lab.PixelImage(640, 16);
            for (int y = 0; y < 16; y++)
                for (int x = 0; x < 640; x++) strip[x, y] = rows.Rgb(left + x, y);
            return GuestFrameNumber.TryRead(strip, out GuestFrameNumber number, out _) ? number.Frame : null;
        }
    }
}
