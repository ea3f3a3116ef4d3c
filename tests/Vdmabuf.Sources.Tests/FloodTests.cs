using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

/// <summary>A guest that sends without end costs no memory and no fds.</summary>
public sealed class FloodTests
{
    private const int Messages = 100_000, Batch = 1_000;

    [Fact]
    public void Updates_without_end_cost_no_memory_of_the_viewer() => Idle(async session =>
    {
        await session.Listener.ScanoutMap(session.Memory());
        await Flat(session, () => session.Listener.UpdateMap(1, 2, 3, 4));
    });

    [Fact]
    public void Cursors_without_end_cost_no_memory_of_the_viewer()
    {
        byte[] pixels = new byte[64 * 64 * 4];
        Idle(session => Flat(session, () => session.Listener.CursorDefine(64, 64, 0, 0, pixels), Messages / 10));
    }

    [Fact]
    public void Buffers_without_end_are_let_go() => Session.Attached(async session =>
    {
        List<GuestBuffer> seen = [];
        for (int i = 0; i < 200; i++)
        {
            using SafeFileHandle memory = Vdmabuf.Linux.MemFd.Create("flood", 64 * 48 * 4, Vdmabuf.Linux.FileSeals.None);
            seen.Add((await session.ShowMap(memory)).Buffer!);
            Assert.InRange(seen.Count(buffer => !buffer.IsRetired), 1, BufferTable.Capacity);
        }
    });

    [Fact]
    public void Buffer_long_unused_is_let_go_and_the_shown_one_kept() => Session.Attached(async session =>
    {
        GuestBuffer old = (await session.ShowMap(session.Memory())).Buffer!;
        GuestBuffer shown = (await session.ShowMap(session.Memory())).Buffer!;
        for (int i = 0; i <= BufferTable.IdlePresents; i++) session.Listener.UpdateMap(0, 0, 1, 1);
        await session.Listener.Sync();
        Assert.True(old.IsRetired);
        Assert.False(shown.IsRetired);
    });

    /// <summary>
    /// The updates of a batch are handled one after the other without anything else in between, so the thread's counter
    /// of allocated bytes stands still over a run of them exactly when handling one allocates nothing.
    /// </summary>
    [Fact]
    public void Update_in_steady_state_allocates_nothing()
    {
        var view = new IdleView();
        Session.Attached(
            async session =>
            {
                await session.Listener.ScanoutMap(session.Memory());
                session.Listener.UpdateMap(0, 0, 64, 48);
                await session.Listener.Sync();
                for (int round = 0; round < 20; round++)
                {
                    for (int i = 0; i < 50; i++) session.Listener.UpdateMap(1, 2, 3, 4);
                    await session.Listener.Sync();
                }
                Assert.True(view.LongestRun >= 20, $"at most {view.LongestRun} updates in a row were handled without allocating");
            },
            views: views => views.Maker = (_, source) => view.Of(source));
    }

    private static void Idle(Func<Session, Task> test) => Session.Attached(test, views: views => views.Maker = static (_, source) => new IdleView().Of(source));

    /// <summary>Managed memory and fds after all are what they were after the first batches.</summary>
    private static async Task Flat(Session session, Action send, int messages = Messages)
    {
        long memory = 0;
        int fds = 0;
        for (int sent = 0; sent < messages; sent += Batch)
        {
            for (int i = 0; i < Batch; i++) send();
            await session.Listener.Sync();
            if (sent != 5 * Batch) continue;
            memory = GC.GetTotalMemory(forceFullCollection: true);
            fds = Vdmabuf.Linux.FileDescriptors.CountOpen();
        }
        // Half of the smallest object for each message: a leak of one shows; what the test's own process does meanwhile does not.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, memory + Math.Max(256 * 1024, messages * 12L));
        Assert.Equal(fds, Vdmabuf.Linux.FileDescriptors.CountOpen());
    }

    /// <summary>Does nothing with a frame but to answer it, and looks at what the thread has allocated since the one before.</summary>
    private sealed class IdleView : IScanoutView
    {
        private IScanoutSource _source = null!;
        private long _allocated;
        private int _run;

        /// <summary>Most updates in a row between which nothing was allocated.</summary>
        internal int LongestRun { get; private set; }

        internal IdleView Of(IScanoutSource source)
        {
            _source = source;
            return this;
        }

        public void Present(GuestBuffer buffer, Rect damage, ulong serial, bool awaited)
        {
            _source.FrameDone(serial);
            long now = GC.GetAllocatedBytesForCurrentThread();
            _run = now == _allocated ? _run + 1 : 0;
            LongestRun = Math.Max(LongestRun, _run);
            _allocated = now;
        }

        public void BeginBytes(int width, int height, uint fourcc) { }

        public void Write(Rect target, int stride, ReadOnlySpan<byte> pixels, ulong serial) => _source.FrameDone(serial);

        public void ShowAbsence(ScanoutAbsence reason) { }

        public void DefineCursor(int width, int height, int hotX, int hotY, ReadOnlySpan<byte> argb) { }

        public void MoveCursor(int x, int y, bool visible) { }

        public void SetPointerMode(bool absolute) { }

        public void SetTitle(string title) { }
    }
}
