using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

public sealed class AllocationTests : IDisposable
{
    private readonly RawPeer _peer = new();

    public void Dispose() => _peer.Dispose();

    /// <summary>But for assemblies, which the runtime opens when it first meets them.</summary>
    private static int CountFds() => Directory.GetFiles("/proc/self/fd").Count(entry =>
        new FileInfo(entry).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    [Fact]
    public void Recycled_frame_callback_costs_no_managed_memory_and_no_fd()
    {
        const int Rounds = 100_000;
        WlSurface surface = _peer.Bind<WlCompositor>(4).CreateSurface();
        WlCallback callback = WlCallback.CreateUnbound();
        int done = 0;
        callback.Done += _ => done++;
        Turn(surface, callback, 1000);
        int fds = CountFds();

        // Whatever a round allocates, each run shows. A single one may count some bytes when another test's thread causes a
        // collection meanwhile.
        int runs = 0;
        long allocated;
        do
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Turn(surface, callback, Rounds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        while (++runs < 3 && allocated != 0);

        Assert.Equal(0, allocated);
        Assert.Equal(fds, CountFds());
        Assert.Equal((runs * Rounds) + 1000, done);
    }

    [Fact]
    public void Requests_with_short_strings_and_plain_events_cost_no_managed_memory()
    {
        XdgSurface wrapped = _peer.Bind<XdgWmBase>(2).GetXdgSurface(_peer.Bind<WlCompositor>(4).CreateSurface());
        XdgToplevel toplevel = wrapped.GetToplevel();
        int states = 0;
        uint serials = 0;
        toplevel.Configure += (width, height, bytes) => states += bytes.Length;
        wrapped.Configure += serial => serials += serial;
        Configure(wrapped, toplevel, 100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Configure(wrapped, toplevel, 5000);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
        Assert.Equal(5100 * 4, states);
        Assert.Equal(5100u, serials);
    }

    private void Turn(WlSurface surface, WlCallback callback, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            surface.Frame(callback);
            uint id = callback.Id;
            _peer.Drain();
            _peer.SendWords([id, 12u << 16, 5, 1, (12u << 16) | 1, id]);
            _peer.Display.ReadAndDispatch();
        }
    }

    private void Configure(XdgSurface wrapped, XdgToplevel toplevel, int rounds)
    {
        uint surfaceId = wrapped.Id;
        uint toplevelId = toplevel.Id;
        for (int i = 0; i < rounds; i++)
        {
            toplevel.SetTitle("a title");
            _peer.Drain();
            _peer.SendWords([toplevelId, 24u << 16, 640, 480, 4, 4, surfaceId, 12u << 16, 1]);
            _peer.Display.ReadAndDispatch();
        }
    }
}
