using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>A call whose reply has not come yet.</summary>
internal abstract class PendingCall(BusConnection connection) : Registration(connection)
{
    /// <summary>The reply is kept and handed out after sd-bus returned: continuations never run inside its callbacks.</summary>
    public override int OnMessage(nint message)
    {
        Connection.Finish(this, new Message(message));
        return 1;
    }

    public abstract void Complete(Message reply);

    public abstract void Fail(Exception error);
}

/// <summary>A pending call with a typed result.</summary>
internal sealed class PendingCall<TResult>(BusConnection connection, Func<Message, TResult> read) : PendingCall(connection)
{
    // Continuations run inline on the loop's thread, in the order the replies came.
    private readonly TaskCompletionSource<TResult> _completion = new();

    public Task<TResult> Task => _completion.Task;

    public override void Complete(Message reply)
    {
        if (reply.ToError() is { } error)
        {
            _completion.TrySetException(error);
            return;
        }
        TResult result;
#pragma warning disable CA1031 // Whatever the reader throws is the outcome of the call.
        try
        {
            result = read(reply);
        }
        catch (Exception exception)
        {
            _completion.TrySetException(exception);
            return;
        }
#pragma warning restore CA1031
        _completion.TrySetResult(result);
    }

    public override void Fail(Exception error) => _completion.TrySetException(error);
}
