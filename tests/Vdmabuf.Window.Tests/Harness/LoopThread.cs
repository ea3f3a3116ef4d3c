using Vdmabuf.Linux;

namespace Vdmabuf.Window.Tests;

/// <summary>An epoll loop on a thread of its own; tests hand it work and wait for the result.</summary>
internal sealed class LoopThread : IAsyncDisposable
{
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LoopThread()
    {
        Loop = new EpollLoop();
        _thread = new Thread(Run) { IsBackground = true, Name = "loop under test" };
        _thread.Start();
    }

    internal EpollLoop Loop { get; }

    /// <summary>Runs on the loop's thread; what it throws comes out here.</summary>
    internal Task<T> InvokeAsync<T>(Func<T> work) => InvokeAsync(() => Task.FromResult(work()));

    internal Task InvokeAsync(Action work) => InvokeAsync(() =>
    {
        work();
        return true;
    });

    internal Task<T> InvokeAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(async () =>
        {
            try
            {
                done.SetResult(await work().ConfigureAwait(true));
            }
#pragma warning disable CA1031 // Whatever it is, the test must see it.
            catch (Exception error)
#pragma warning restore CA1031
            {
                done.SetException(error);
            }
        });
        return done.Task.WaitAsync(TestWindow.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _stop.TrySetResult();
        await _ended.Task.WaitAsync(TestWindow.Patience);
        _thread.Join();
        Loop.Dispose();
    }

    private void Run()
    {
        try
        {
            Loop.Run(() => _stop.Task);
            _ended.SetResult();
        }
#pragma warning disable CA1031 // Whatever breaks the loop must reach the test.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _ended.SetException(error);
        }
    }
}
