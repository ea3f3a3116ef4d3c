using Microsoft.Win32.SafeHandles;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Tests.Support;
using Vdmabuf.Window.Presentation;

namespace Vdmabuf.Benchmarks;

/// <summary>
/// From the moment the update's bytes are on their way into our socket to the moment the compositor has read the
/// commit, one frame after the other. Both stamps are CLOCK_MONOTONIC of this machine; the figure includes one wake-up
/// of our thread and one of the compositor's.
/// </summary>
internal static class LatencyBenchmark
{
    private const int Width = 1280, Height = 800;

    internal static async Task Run(int frames)
    {
        if (frames == 0) frames = 100_000;
        Console.WriteLine($"method: {frames} frames of {Width}x{Height}, each sent when the one before was committed; scripted QEMU, view and compositor on three threads");
        await MeasureAsync("shared memory (UpdateMap)", frames, dmaBuf: false).ConfigureAwait(false);
        await MeasureAsync("awaited updates (UpdateDMABUF, memory files in place of dma-bufs)", frames, dmaBuf: true).ConfigureAwait(false);
    }

    private static async Task MeasureAsync(string name, int frames, bool dmaBuf)
    {
        await using var path = new ScriptedPath();
        FakeListener listener = await path.Listener.ConfigureAwait(false);
        using SafeFileHandle fd = MemFd.Create("benchmark", Width * Height * 4, FileSeals.Seal);
        var latencies = new Percentiles(frames);
        long sentAt = 0;
        int warmUp = Math.Min(5_000, frames / 2), measured = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        void SendNext()
        {
            sentAt = MonotonicClock.Nanoseconds;
            if (dmaBuf) _ = listener.UpdateDmaBuf(0, 0, Width, Height);
            else listener.UpdateMap(0, 0, Width, Height);
        }

        path.Compositor.OnCommit = commit =>
        {
            if (!commit.Attached || sentAt == 0) return;
            if (++measured > warmUp && latencies.Count < frames) latencies.Add(commit.MonotonicNanoseconds - sentAt);
            if (latencies.Count == frames) done.TrySetResult();
            else path.QemuLoop.Post(SendNext);
        };
        path.QemuLoop.Post(() =>
        {
            if (dmaBuf) _ = listener.ScanoutDmaBuf2([fd], [0], [Width * 4], 1, width: Width, height: Height, backingWidth: Width, backingHeight: Height);
            else _ = listener.ScanoutMap(fd, Width, Height);
        });
        await Task.Delay(500).ConfigureAwait(false);
        path.QemuLoop.Post(SendNext);
        while (measured <= warmUp) await Task.Delay(20).ConfigureAwait(false);
        int fdsBefore = await path.OnView(_ => FileDescriptors.CountOpen()).ConfigureAwait(false);
        long allocatedBefore = await path.OnView(_ => GC.GetAllocatedBytesForCurrentThread()).ConfigureAwait(false);
        int atStart = latencies.Count;
        await done.Task.ConfigureAwait(false);
        long allocated = await path.OnView(_ => GC.GetAllocatedBytesForCurrentThread()).ConfigureAwait(false) - allocatedBefore;
        (int Fds, PictureStatistics Counts, string Rung) after = await path.OnView(windows =>
            (FileDescriptors.CountOpen(), windows.Statistics[0].Counts, windows.Statistics[0].Rung)).ConfigureAwait(false);

        int counted = frames - atStart;
        Console.WriteLine($"{name}: {latencies.Describe()}");
        Console.WriteLine($"  rung {after.Rung}; copied {after.Counts.BytesCopied} bytes; view thread allocated {allocated} bytes over {counted} frames; fds {fdsBefore} before, {after.Fds} after");
    }
}
