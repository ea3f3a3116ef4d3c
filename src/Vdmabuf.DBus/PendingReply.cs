using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>
/// A call to be answered later, on the loop's thread. Copies stand for the same call: the first answer counts, later
/// ones and answers after the connection ended do nothing. The default value does nothing.
/// </summary>
public readonly struct PendingReply : IDisposable, IEquatable<PendingReply>
{
    private readonly DeferredCalls? _owner;
    private readonly int _index;
    private readonly uint _generation;

    internal PendingReply(DeferredCalls owner, int index, uint generation)
    {
        _owner = owner;
        _index = index;
        _generation = generation;
    }

    /// <summary>Whether the caller still waits.</summary>
    public bool IsPending => _owner is not null && _owner.IsWaiting(_index, _generation);

    /// <summary>Answers with what <paramref name="body"/> writes.</summary>
    public void Reply(MessageWriterAction body)
    {
        if (!Take(out Message call))
            return;
        try
        {
            CallReplies.Send(_owner!.Connection, call, body);
        }
        finally
        {
            call.Unref();
        }
    }

    /// <summary>Answers without arguments. Allocates nothing.</summary>
    public void ReplyEmpty()
    {
        if (!Take(out Message call))
            return;
        CallReplies.Send(_owner!.Connection, call, null);
        call.Unref();
    }

    /// <summary>Answers with an error.</summary>
    public void ReplyError(string name, string text)
    {
        if (!Take(out Message call))
            return;
        try
        {
            CallReplies.SendError(_owner!.Connection, call, name, text);
        }
        finally
        {
            call.Unref();
        }
    }

    /// <summary>Gives the call up without an answer; the caller runs into its timeout.</summary>
    public void Dispose()
    {
        if (Take(out Message call))
            call.Unref();
    }

    /// <inheritdoc/>
    public bool Equals(PendingReply other) =>
        ReferenceEquals(_owner, other._owner) && _index == other._index && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PendingReply other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_index, _generation);

    /// <summary>Same call.</summary>
    public static bool operator ==(PendingReply left, PendingReply right) => left.Equals(right);

    /// <summary>Not the same call.</summary>
    public static bool operator !=(PendingReply left, PendingReply right) => !left.Equals(right);

    private bool Take(out Message call)
    {
        if (_owner is not null)
            return _owner.TryTake(_index, _generation, out call);
        call = default;
        return false;
    }
}
