using Vdmabuf.Compositor;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Window.Tests;

/// <summary>Many frames: nothing allocated, nothing copied, nothing left open.</summary>
public sealed class LongRunTests
{
    private const int WarmUp = 2_000, Frames = 100_000, Blocks = 10;

    [Theory]
    [InlineData(BufferMemory.SharedMemory)]
    [InlineData(BufferMemory.DmaBuf)]
    public async Task Hundred_thousand_flips_allocate_copy_and_leak_nothing(BufferMemory memory)
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { Frames = FrameMode.Immediate, RecordLimit = 0 });
        GuestMemory[] buffers = [test.Memory(64, 32, memory: memory), test.Memory(64, 32, memory: memory), test.Memory(64, 32, memory: memory)];
        foreach (GuestMemory buffer in buffers) await test.ShowAsync(buffer);
        test.Source.Quiet = true;
        var run = new FlipRun(test, buffers);
        await run.FlipAsync(WarmUp);
        await test.SettleAsync();
        int fds = TestWindow.CountFds();
        long commits = await test.InvokeAsync(() => test.View.Statistics.Commits);

        var blocks = new long[Blocks];
        for (int i = 0; i < Blocks; i++) blocks[i] = await run.FlipAsync(Frames / Blocks);

        await test.SettleAsync();
        AssertSteady(blocks);
        Assert.Equal(fds, TestWindow.CountFds());
        Assert.Equal(3, await test.InvokeAsync(() => test.View.BufferCount));
        Assert.Equal(0, await test.InvokeAsync(() => test.View.Statistics.BytesCopied));
        Assert.True(await test.InvokeAsync(() => test.View.Statistics.Commits) > commits);
        Assert.Equal((ulong)(WarmUp + Frames + 3), test.Source.LastDone);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Bytes_in_steady_state_allocate_nothing()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { Frames = FrameMode.Immediate, RecordLimit = 0 });
        byte[] pixels = new byte[16 * 16 * 4];
        await test.BeginBytesAsync(64, 64);
        test.Source.Quiet = true;
        var run = new FlipRun(test, []) { Pixels = pixels };
        // A slot is made when the others are held: let all of them be.
        await test.Compositor.DelayReleasesAsync();
        for (int i = 0; i < 20; i++)
        {
            await run.FlipAsync(1);
            await test.SyncAsync();
        }
        await test.Compositor.SetReleasePolicyAsync(ReleasePolicy.AtCommit, ReleasePolicy.AtCommit);
        await test.Compositor.ReleaseAllAsync(alsoShown: true);
        await run.FlipAsync(WarmUp);

        var blocks = new long[Blocks];
        for (int i = 0; i < Blocks; i++) blocks[i] = await run.FlipAsync(2_000);

        AssertSteady(blocks);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Thousands_of_new_buffers_leave_no_fd_and_no_object()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { Frames = FrameMode.Immediate, RecordLimit = 0 });
        await test.ShowAsync(test.DmaBuf(64, 32));
        int fds = TestWindow.CountFds();
        for (int i = 0; i < 2_000; i++)
        {
            using var guest = new GuestMemory(64, 32, memory: i % 2 == 0 ? BufferMemory.DmaBuf : BufferMemory.SharedMemory);
            ulong serial = (ulong)i + 100;
            await test.InvokeAsync(() => test.View.Present(guest.Buffer, guest.Whole, serial, true));
            await test.Source.WaitForDoneAsync(serial);
            await test.InvokeAsync(guest.Buffer.Dispose);
        }
        GuestMemory last = test.Memory(64, 32).Fill(0x00aa00);
        await test.InvokeAsync(() => test.View.Present(last.Buffer, last.Whole, 5_000, true));
        await test.SettleAsync();

        Assert.Equal(2, await test.InvokeAsync(() => test.View.BufferCount));
        // The last memory's two fds and the compositor's one of its pool are new, nothing else is.
        Assert.Equal(fds + 3, TestWindow.CountFds());
        Assert.Empty(test.Compositor.Violations);
    }

    /// <summary>
    /// Whatever a frame allocates, every block of thousands shows. In some runs one single block has 144 bytes, around a
    /// collection that another thread of this process caused; that is no frame's.
    /// </summary>
    private static void AssertSteady(long[] blocks)
    {
        Assert.True(blocks.Count(static bytes => bytes == 0) >= Blocks - 1, $"bytes allocated in each block of frames: {string.Join(", ", blocks)}");
        Assert.True(blocks.Max() < 1024, $"bytes allocated in each block of frames: {string.Join(", ", blocks)}");
    }

    /// <summary>Presents from the loop's own turns, one frame a turn, and measures what its thread allocates meanwhile.</summary>
    private sealed class FlipRun(TestWindow test, GuestMemory[] buffers)
    {
        private readonly TestWindow _test = test;
        private ulong _serial = (ulong)buffers.Length;

        internal byte[]? Pixels { get; init; }

        internal Task<long> FlipAsync(int frames)
        {
            var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            int left = frames;
            long before = 0;
            Action? step = null;
            step = () =>
            {
                if (before == 0) before = GC.GetAllocatedBytesForCurrentThread();
                if (left-- == 0)
                {
                    done.SetResult(GC.GetAllocatedBytesForCurrentThread() - before);
                    return;
                }
                _serial++;
                if (Pixels is not null)
                    _test.View.Write(new Rect((int)(_serial % 48), 3, 16, 16), 64, Pixels, _serial);
                else
                {
                    GuestMemory next = buffers[_serial % (ulong)buffers.Length];
                    _test.View.Present(next.Buffer, new Rect((int)(_serial % 32), 1, 8, 8), _serial, awaited: true);
                }
                _test.Loop.Post(step!);
            };
            _test.Loop.Post(step);
            return done.Task.WaitAsync(TimeSpan.FromMinutes(3));
        }
    }
}
