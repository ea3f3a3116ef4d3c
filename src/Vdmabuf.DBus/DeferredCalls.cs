using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>
/// The calls of one connection that wait for an answer: a table with generations, so that a <see cref="PendingReply"/>
/// is a plain value, stale copies are harmless and steady use allocates nothing.
/// </summary>
internal sealed class DeferredCalls(BusConnection connection)
{
    private readonly Stack<int> _free = [];
    private Entry[] _entries = [];

    public BusConnection Connection { get; } = connection;

    public int Count => _entries.Length - _free.Count;

    public PendingReply Add(Message call)
    {
        if (Count >= Connection.MaxDeferred)
            throw new DBusErrorException(ErrorNames.LimitsExceeded, $"{Count} calls wait for an answer already.");
        if (_free.Count == 0)
            Grow();
        int index = _free.Pop();
        call.Ref();
        _entries[index].Call = call.Pointer;
        return new PendingReply(this, index, _entries[index].Generation);
    }

    public bool IsWaiting(int index, uint generation) =>
        _entries[index].Generation == generation && _entries[index].Call != 0;

    /// <summary>Hands the reference over to the caller.</summary>
    public bool TryTake(int index, uint generation, out Message call)
    {
        call = default;
        if (!IsWaiting(index, generation))
            return false;
        call = new Message(_entries[index].Call);
        _entries[index].Call = 0;
        _entries[index].Generation++;
        _free.Push(index);
        return true;
    }

    public void Clear()
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            if (TryTake(i, _entries[i].Generation, out Message call))
                call.Unref();
        }
    }

    private void Grow()
    {
        int old = _entries.Length;
        Array.Resize(ref _entries, Math.Max(16, old * 2));
        _free.EnsureCapacity(_entries.Length);
        for (int i = _entries.Length - 1; i >= old; i--)
            _free.Push(i);
    }

    private struct Entry
    {
        public nint Call;
        public uint Generation;
    }
}
