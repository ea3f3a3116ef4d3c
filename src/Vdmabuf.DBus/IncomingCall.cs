using System.Text;
using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>
/// A call to an object of ours, valid while its handler runs. Nothing here allocates except what makes strings.
/// Answers to a call that wants none (flag NO_REPLY_EXPECTED) are not sent.
/// </summary>
public ref struct IncomingCall
{
    private readonly BusConnection _connection;
    private readonly Message _message;

    internal IncomingCall(BusConnection connection, Message message)
    {
        _connection = connection;
        _message = message;
    }

    /// <summary>The called object.</summary>
    public readonly ReadOnlySpan<byte> Path => _message.Path;

    /// <summary>The called interface; empty if the caller left it out.</summary>
    public readonly ReadOnlySpan<byte> Interface => _message.Interface;

    /// <summary>The called method.</summary>
    public readonly ReadOnlySpan<byte> Member => _message.Member;

    /// <summary>The caller's unique name; empty peer-to-peer.</summary>
    public readonly ReadOnlySpan<byte> Sender => _message.Sender;

    /// <summary>The signature of the arguments.</summary>
    public readonly ReadOnlySpan<byte> Signature => _message.Signature;

    /// <summary>Whether the caller waits for an answer.</summary>
    public readonly bool ReplyExpected => _message.ReplyExpected;

    /// <summary>The arguments.</summary>
    public readonly MessageReader Reader => new(_message.Pointer);

    /// <summary>Whether an answer was given or deferred.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Compares the interface; a call without one matches none.</summary>
    public readonly bool InterfaceIs(ReadOnlySpan<byte> name) => _message.Interface.SequenceEqual(name);

    /// <summary>Compares the method's name.</summary>
    public readonly bool MemberIs(ReadOnlySpan<byte> name) => _message.Member.SequenceEqual(name);

    /// <summary>Whether the arguments have exactly this signature.</summary>
    public readonly bool HasSignature(ReadOnlySpan<byte> signature) => _message.Signature.SequenceEqual(signature);

    /// <summary>Answers with what <paramref name="body"/> writes.</summary>
    /// <exception cref="InvalidOperationException">Answered already.</exception>
    public void Reply(MessageWriterAction body)
    {
        ThrowIfAnswered();
        CallReplies.Send(_connection, _message, body);
        IsAnswered = true;
    }

    /// <summary>Answers; a static <paramref name="body"/> allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">Answered already.</exception>
    public void Reply<TState>(TState state, MessageWriterAction<TState> body)
        where TState : allows ref struct
    {
        ThrowIfAnswered();
        CallReplies.Send(_connection, _message, state, body);
        IsAnswered = true;
    }

    /// <summary>Answers without arguments.</summary>
    /// <exception cref="InvalidOperationException">Answered already.</exception>
    public void ReplyEmpty()
    {
        ThrowIfAnswered();
        CallReplies.Send(_connection, _message, null);
        IsAnswered = true;
    }

    /// <summary>Answers with an error.</summary>
    /// <exception cref="InvalidOperationException">Answered already.</exception>
    public void ReplyError(string name, string text)
    {
        ThrowIfAnswered();
        CallReplies.SendError(_connection, _message, name, text);
        IsAnswered = true;
    }

    /// <summary>
    /// Keeps the call to answer it later. The message with its bytes and fds lives until then. For a call that wants
    /// no answer the result does nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">Answered already.</exception>
    /// <exception cref="DBusErrorException">Too many calls wait (<see cref="BusConnection.MaxDeferred"/>).</exception>
    public PendingReply Defer()
    {
        ThrowIfAnswered();
        PendingReply reply = _message.ReplyExpected ? _connection.Deferred.Add(_message) : default;
        IsAnswered = true;
        return reply;
    }

    internal void ReplyUnknownMethod()
    {
        if (ReplyExpected)
            ReplyError(ErrorNames.UnknownMethod, $"There is no such method: {ToString()}.");
        else
            IsAnswered = true;
    }

    /// <inheritdoc/>
    public override readonly string ToString() =>
        $"{Encoding.UTF8.GetString(Path)} {Encoding.UTF8.GetString(Interface)}.{Encoding.UTF8.GetString(Member)}({Encoding.UTF8.GetString(Signature)})";

    private readonly void ThrowIfAnswered()
    {
        if (IsAnswered)
            throw new InvalidOperationException($"The call is answered already: {ToString()}.");
    }
}
