using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// Replies QEMU waits for (UpdateDMABUF), each due when its frame is done. While one is open the guest's display
/// stands still (spec: QEMU D-Bus display §5.4), so none is ever forgotten: past <see cref="Capacity"/> the oldest is
/// answered at once.
/// </summary>
internal sealed class FrameAcknowledgements : IDisposable
{
    internal const int Capacity = 64;

    private readonly (ulong Serial, PendingReply Reply)[] _open = new (ulong, PendingReply)[Capacity];
    private int _first;
    private int _count;

    internal int Count => _count;

    internal void Add(ulong serial, PendingReply reply)
    {
        if (_count == Capacity) AnswerFirst();
        _open[(_first + _count++) % Capacity] = (serial, reply);
    }

    /// <summary>Answers every reply up to <paramref name="serial"/>.</summary>
    internal void Complete(ulong serial)
    {
        while (_count > 0 && _open[_first].Serial <= serial) AnswerFirst();
    }

    /// <summary>Answers all: a view that goes away holds up no guest.</summary>
    public void Dispose()
    {
        while (_count > 0) AnswerFirst();
    }

    private void AnswerFirst()
    {
        PendingReply reply = _open[_first].Reply;
        _open[_first] = default;
        _first = (_first + 1) % Capacity;
        _count--;
        reply.ReplyEmpty();
    }
}
