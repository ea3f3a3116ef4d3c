using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <content>What we send: calls with and without reply, signals.</content>
public sealed partial class BusConnection
{
    /// <summary>What was sent before the connection was ready, in order.</summary>
    /// <remarks>sd-bus would block in sending an fd until it knows whether the peer takes fds.</remarks>
    private readonly Queue<HeldMessage> _held = [];

    /// <summary>Messages that wait for the peer to read (or for the connection to be ready).</summary>
    public int QueuedOutgoing
    {
        get
        {
            if (_disposed || _end is not null)
                return 0;
            return NativeMethods.sd_bus_get_n_queued_write(_bus, out ulong count) < 0 ? _held.Count : (int)count + _held.Count;
        }
    }

    /// <summary>Beyond so many waiting messages nothing is sent any more.</summary>
    public int MaxQueuedOutgoing { get; set; } = 4096;

    /// <summary>
    /// How many messages were not sent because of <see cref="MaxQueuedOutgoing"/>, or because they were queued before
    /// the connection was ready and then could not be sent.
    /// </summary>
    public long RefusedOutgoing { get; private set; }

    /// <summary>Calls a method. Dispose the reply.</summary>
    /// <param name="target">What to call.</param>
    /// <param name="body">Writes the arguments, before this returns; null for none.</param>
    /// <param name="timeout">Null for sd-bus's default of 25 s; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <returns>
    /// The reply; or fails with <see cref="DBusErrorException"/> (an error reply; NoReply when the time is over),
    /// <see cref="DBusDisconnectedException"/>, <see cref="ObjectDisposedException"/>, <see cref="DBusQueueFullException"/>.
    /// </returns>
    public Task<DBusReply> CallAsync(in MethodCall target, MessageWriterAction? body = null, TimeSpan? timeout = null) =>
        Call(NewCall(target, body), new PendingCall<DBusReply>(this, message => new DBusReply(this, message)), timeout);

    /// <summary>Calls a method and reads the reply on the loop's thread: nothing to dispose.</summary>
    /// <param name="target">What to call.</param>
    /// <param name="body">Writes the arguments, before this returns; null for none.</param>
    /// <param name="read">Makes the result of the reply; what it throws, the task fails with.</param>
    /// <param name="timeout">As for the other overload.</param>
    public Task<TResult> CallAsync<TResult>(
        in MethodCall target, MessageWriterAction? body, ReplyReader<TResult> read, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        PendingCall<TResult> call = new(this, message => read(new MessageReader(message.Pointer)));
        return Call(NewCall(target, body), call, timeout);
    }

    /// <summary>Sends a call that wants no reply (flag NO_REPLY_EXPECTED). Allocates nothing.</summary>
    /// <returns>False if it was not sent: the peer does not read, or the connection ended.</returns>
    public bool Send(in NativeMethodCall target)
    {
        if (!CanSend())
            return false;
        Message message = Message.NewCall(_bus, target);
        message.SetNoReply();
        return SendAndUnref(message);
    }

    /// <summary>
    /// Sends a call with arguments that wants no reply. Allocates nothing if <paramref name="body"/> is a static
    /// lambda: its input goes in <paramref name="state"/>.
    /// </summary>
    /// <returns>False if it was not sent: the peer does not read, or the connection ended.</returns>
    public bool Send<TState>(in NativeMethodCall target, TState state, MessageWriterAction<TState> body)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(body);
        if (!CanSend())
            return false;
        Message message = Message.NewCall(_bus, target);
        bool written = false;
        try
        {
            message.SetNoReply();
            body(new MessageWriter(message.Pointer), state);
            written = true;
        }
        finally
        {
            if (!written)
                message.Unref();
        }
        return SendAndUnref(message);
    }

    /// <summary>Sends a call that wants no reply, with names encoded now; for calls that are made rarely.</summary>
    /// <returns>False if it was not sent: the peer does not read, or the connection ended.</returns>
    public bool Send(in MethodCall target, MessageWriterAction? body = null)
    {
        if (!CanSend())
            return false;
        Message message = NewCall(target, body);
        message.SetNoReply();
        return SendAndUnref(message);
    }

    /// <summary>Emits a signal.</summary>
    /// <returns>False if it was not sent: the peer does not read, or the connection ended.</returns>
    public bool EmitSignal(string path, string iface, string member, MessageWriterAction? body = null)
    {
        if (!CanSend())
            return false;
        Message message = Message.NewSignal(_bus, path, iface, member);
        Fill(message, body);
        return SendAndUnref(message);
    }

    /// <summary>Sends a reply; one that cannot be sent because the peer is gone or does not read is dropped.</summary>
    internal void SendReply(Message reply)
    {
        if (CanSend())
            SendAndUnref(reply);
        else
            reply.Unref();
    }

    /// <summary>Writes the body; drops the message if that throws.</summary>
    internal static void Fill(Message message, MessageWriterAction? body)
    {
        if (body is null)
            return;
        bool written = false;
        try
        {
            body(new MessageWriter(message.Pointer));
            written = true;
        }
        finally
        {
            if (!written)
                message.Unref();
        }
    }

    private Message NewCall(in MethodCall target, MessageWriterAction? body)
    {
        ThrowIfEnded();
        Message message = Message.NewCall(_bus, target);
        Fill(message, body);
        return message;
    }

    private Task<TResult> Call<TResult>(Message message, PendingCall<TResult> call, TimeSpan? timeout)
    {
        ulong microseconds = timeout is not { } span ? 0
            : span == Timeout.InfiniteTimeSpan ? ulong.MaxValue
            : (ulong)Math.Max(1, span.Ticks / TimeSpan.TicksPerMicrosecond);
        if (!CanSend())
        {
            message.Unref();
            call.Dispose();
            call.Fail(new DBusQueueFullException(MaxQueuedOutgoing));
            return call.Task;
        }
        _registrations.Add(call);
        if (!IsReady)
        {
            _held.Enqueue(new HeldMessage(message, call, microseconds));
            return call.Task;
        }
        Start(message, call, microseconds);
        return call.Task;
    }

    private void Start(Message message, PendingCall call, ulong microseconds)
    {
        int result = call.AttachCall(_bus, message, microseconds);
        message.Unref();
        if (result < 0)
            FailToStart(call, result);
        UpdateInterest();
    }

    private void FailToStart(PendingCall call, int result)
    {
        if (Errno.IsDisconnect(result))
            _failing.Add(call); // It gets the reason with all others; the pump finds it out.
        else if (result == Errno.NotSupported)
            call.Fail(new NotSupportedException("The peer did not agree to pass file descriptors over this connection."));
        else
            call.Fail(new InvalidOperationException($"Sending a D-Bus call failed: {Errno.Text(result)}."));
    }

    private void SendHeld()
    {
        while (_held.TryDequeue(out HeldMessage held))
        {
            if (held.Call is not null)
            {
                Start(held.Message, held.Call, held.Microseconds);
                continue;
            }
            // Nobody waits for it any more, so what cannot be sent (an fd the peer does not take) is only counted.
            int result = NativeMethods.sd_bus_send(_bus, held.Message.Pointer, 0);
            held.Message.Unref();
            if (result < 0)
                RefusedOutgoing++;
        }
    }

    private bool CanSend()
    {
        if (_disposed || _end is not null)
            return false;
        if (QueuedOutgoing < MaxQueuedOutgoing)
            return true;
        RefusedOutgoing++;
        return false;
    }

    private bool SendAndUnref(Message message)
    {
        if (!IsReady)
        {
            _held.Enqueue(new HeldMessage(message, null, 0));
            return true;
        }
        int result = NativeMethods.sd_bus_send(_bus, message.Pointer, 0);
        message.Unref();
        UpdateInterest();
        if (result >= 0)
            return true;
        if (Errno.IsDisconnect(result) || result == Errno.NoBuffers)
            return false;
        if (result == Errno.NotSupported)
            throw new NotSupportedException("The peer did not agree to pass file descriptors over this connection.");
        throw new InvalidOperationException($"Sending a D-Bus message failed: {Errno.Text(result)}; is a container left open?");
    }

    private readonly record struct HeldMessage(Message Message, PendingCall? Call, ulong Microseconds);
}
