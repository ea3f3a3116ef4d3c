using Vdmabuf.Core.Loop;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

public sealed class LoopAdapterTests : IDisposable
{
    private readonly RawPeer _peer = new();
    private readonly FakeLoop _loop = new();
    private readonly WaylandLoopAdapter _adapter;
    private readonly List<Exception> _failures = [];

    public LoopAdapterTests()
    {
        _adapter = new WaylandLoopAdapter(_peer.Display, _loop);
        _adapter.Failed += _failures.Add;
    }

    public void Dispose()
    {
        _adapter.Dispose();
        _loop.Dispose();
        _peer.Dispose();
    }

    [Fact]
    public void Requests_are_sent_before_the_loop_sleeps()
    {
        _peer.Display.Sync();

        bool again = _loop.BeforeSleep();

        Assert.False(again);
        Assert.Equal(12, _peer.Drain());
    }

    [Fact]
    public void Readable_socket_raises_events()
    {
        WlCallback callback = _peer.Display.Sync();
        bool done = false;
        callback.Done += _ => done = true;
        _peer.Send(callback.Id, 0, RawPeer.Words(0));

        _loop.Ready(PollEvents.Readable);

        Assert.True(done);
    }

    [Fact]
    public void Events_that_somebody_else_read_are_raised_before_the_loop_sleeps()
    {
        WlCallback callback = _peer.Display.Sync();
        bool done = false;
        callback.Done += _ => done = true;
        _peer.Send(callback.Id, 0, RawPeer.Words(0));
        Assert.Equal(0, Native.NativeMethods.DisplayPrepareRead(_peer.Display.Handle));
        Assert.Equal(0, Native.NativeMethods.DisplayReadEvents(_peer.Display.Handle));

        bool again = _loop.BeforeSleep();

        Assert.True(done);
        Assert.True(again);
    }

    [Fact]
    public void Writability_is_watched_only_while_the_socket_is_full()
    {
        XdgWmBase shell = _peer.Bind<XdgWmBase>(2);
        Assert.Equal(PollEvents.Readable, _loop.Interest);
        for (int i = 0; i < 100_000 && _loop.Interest is PollEvents.Readable; i++)
        {
            for (int k = 0; k < 100; k++) shell.Pong(1);
            _loop.BeforeSleep();
        }

        Assert.Equal(PollEvents.Readable | PollEvents.Writable, _loop.Interest);
        _peer.Drain();
        _loop.Ready(PollEvents.Writable);
        _loop.BeforeSleep();

        Assert.Equal(PollEvents.Readable, _loop.Interest);
        Assert.Empty(_failures);
    }

    [Fact]
    public void Hangup_is_reported_once_and_detaches()
    {
        _peer.Hangup();

        _loop.Ready(PollEvents.Readable | PollEvents.HangUp);
        _loop.Ready(PollEvents.HangUp);

        Assert.IsType<WaylandDisconnectedException>(Assert.Single(_failures));
        Assert.False(_loop.IsWatched || _loop.IsHooked);
    }

    [Fact]
    public void Hangup_within_a_message_is_noticed()
    {
        WlRegistry registry = _peer.Display.GetRegistry();
        _peer.SendBytes(RawPeer.Words(registry.Id, 40u << 16, 7));
        _loop.Ready(PollEvents.Readable);
        _peer.Hangup();

        _loop.Ready(PollEvents.Readable | PollEvents.HangUp);

        Assert.IsType<WaylandDisconnectedException>(Assert.Single(_failures));
    }

    [Fact]
    public void Exception_of_a_handler_is_reported_and_the_display_may_be_disposed_there()
    {
        WlCallback callback = _peer.Display.Sync();
        callback.Done += _ => throw new FormatException("x");
        _adapter.Failed += _ => _peer.Display.Dispose();
        _peer.Send(callback.Id, 0, RawPeer.Words(0));

        _loop.Ready(PollEvents.Readable);

        Assert.IsType<FormatException>(Assert.Single(_failures));
        Assert.Equal(0, _peer.Display.Handle);
    }

    [Fact]
    public void Turn_without_work_allocates_nothing()
    {
        for (int i = 0; i < 1000; i++) Turn();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++) Turn();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Turn()
        {
            _loop.BeforeSleep();
            _loop.Ready(PollEvents.Readable);
        }
    }
}
