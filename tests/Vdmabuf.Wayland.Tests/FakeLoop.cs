using Vdmabuf.Core.Loop;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Wayland.Tests;

/// <summary>A loop that turns by hand: the test says what poll would have said.</summary>
internal sealed class FakeLoop : IEventLoop, IDisposable
{
    private FakeWatch? _watch;
    private Func<bool>? _hook;

    public long NowMicroseconds => 0;

    public PollEvents Interest => _watch!.Interest;

    public bool IsWatched => _watch is { IsEnded: false };

    public bool IsHooked => _hook is not null;

    public void Dispose() => _watch?.Dispose();

    public bool BeforeSleep() => _hook!();

    public void Ready(PollEvents events) => _watch!.Ready(events);

    public IWatch Watch(int fd, PollEvents interest, Action<PollEvents> ready) =>
        _watch = new FakeWatch { Interest = interest, Ready = ready };

    public ITimer CreateTimer(Action elapsed) => throw new NotSupportedException("the adapter needs no timer");

    public IDisposable BeforeSleep(Func<bool> hook)
    {
        _hook = hook;
        return new HookEnd(this);
    }

    public void Post(Action work) => throw new NotSupportedException("the adapter posts nothing");

    private sealed class FakeWatch : IWatch
    {
        public PollEvents Interest { get; set; }

        public required Action<PollEvents> Ready { get; init; }

        public bool IsEnded { get; private set; }

        public void Dispose() => IsEnded = true;
    }

    private sealed class HookEnd(FakeLoop loop) : IDisposable
    {
        public void Dispose() => loop._hook = null;
    }
}
