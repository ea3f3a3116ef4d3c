using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>A subscription to signals; dispose it to end it.</summary>
public sealed class SignalMatch : IDisposable
{
    private readonly SignalSubscription _subscription;
    private readonly TaskCompletionSource _installed = new();

    internal SignalMatch(SignalSubscription subscription)
    {
        _subscription = subscription;
        _ = _installed.Task.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>
    /// Completes when the message bus has the rule (at once, peer-to-peer); fails if it refuses. Calls made after
    /// <see cref="BusConnection.AddMatch"/> need not wait for it: the bus keeps the order.
    /// </summary>
    public Task Installed => _installed.Task;

    /// <summary>Ends the subscription; allowed in its own handler.</summary>
    public void Dispose()
    {
        _subscription.Connection.ForgetInstalling(this);
        _subscription.Dispose();
    }

    internal void Succeed() => _installed.TrySetResult();

    internal void Fail(Exception error) => _installed.TrySetException(error);
}

/// <summary>The slot behind a <see cref="SignalMatch"/>.</summary>
internal sealed class SignalSubscription(BusConnection connection, SignalHandler handler) : Registration(connection)
{
    public SignalMatch? Match { get; set; }

    public override int OnMessage(nint message)
    {
        Connection.Dispatch(handler, new Message(message));
        return 0; // Others may have asked for the same signal.
    }

    public override int OnInstalled(nint message)
    {
        DBusErrorException? error = new Message(message).ToError();
        Connection.ForgetInstalling(Match!);
        if (error is null)
            Match!.Succeed();
        else
            Match!.Fail(error);
        return 1;
    }
}
