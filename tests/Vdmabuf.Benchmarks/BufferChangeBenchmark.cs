using Microsoft.Win32.SafeHandles;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Benchmarks;

/// <summary>A VM that sends a buffer it never sent before with every frame: what is held must not grow.</summary>
internal static class BufferChangeBenchmark
{
    private const int Width = 64, Height = 48;

    internal static async Task Run(int changes)
    {
        if (changes == 0) changes = 100_000;
        Console.WriteLine($"method: {changes} ScanoutMap + UpdateMap of {Width}x{Height}, each with a new memfd");
        await using var path = new ScriptedPath();
        FakeListener listener = await path.Listener.ConfigureAwait(false);
        await ChangeAsync(path, listener, 1_000).ConfigureAwait(false);
        (int fds, int buffers) before = await CountAsync(path).ConfigureAwait(false);
        long start = MonotonicClock.Microseconds;
        await ChangeAsync(path, listener, changes).ConfigureAwait(false);
        double each = (MonotonicClock.Microseconds - start) / (double)changes;
        (int fds, int buffers) after = await CountAsync(path).ConfigureAwait(false);
        Console.WriteLine($"fds of all three parties {before.fds} before, {after.fds} after; buffers held {before.buffers} before, {after.buffers} after; {each:0.0} us a change");
    }

    private static async Task ChangeAsync(ScriptedPath path, FakeListener listener, int changes)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        path.QemuLoop.Post(async () =>
        {
            for (int i = 0; i < changes; i++)
            {
                using SafeFileHandle fd = MemFd.Create("change", Width * Height * 4, FileSeals.Seal);
                await listener.ScanoutMap(fd, Width, Height).ConfigureAwait(true);
                listener.UpdateMap(0, 0, Width, Height);
            }
            done.SetResult();
        });
        await done.Task.ConfigureAwait(false);
    }

    private static async Task<(int Fds, int Buffers)> CountAsync(ScriptedPath path)
    {
        // Let the last releases arrive at both ends.
        await Task.Delay(500).ConfigureAwait(false);
        return await path.OnView(windows => (FileDescriptors.CountOpen(), windows.Statistics[0].Buffers)).ConfigureAwait(false);
    }
}
