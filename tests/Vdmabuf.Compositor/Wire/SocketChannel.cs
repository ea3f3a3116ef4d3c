using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.Compositor.Wire;

/// <summary>What one read of the socket brought.</summary>
internal enum ReceiveResult
{
    Data,
    Nothing,
    Closed,
}

// SAFETY: pointers never outlive the call they are made for; see the methods.
/// <summary>
/// One end of a Wayland connection: bytes in both directions, descriptors beside them. Never blocks; what the socket
/// does not take stays queued. Owns the socket, the descriptors received and not yet taken, and those not yet sent.
/// </summary>
internal sealed unsafe class SocketChannel : IDisposable
{
    private const int MaxFdsPerSend = 28;
    private const int MaxFdsPerReceive = 253;

    private readonly SafeFileHandle _socket;
    private readonly Queue<SafeFileHandle> _incomingFds = new();
    private readonly Queue<SafeFileHandle> _outgoingFds = new();
    private byte[] _incoming = new byte[65536];
    private int _start;
    private int _end;
    private byte[] _outgoing = new byte[4096];
    private int _outStart;
    private int _outEnd;

    public SocketChannel(SafeFileHandle socket) => _socket = socket;

    public int Fd => (int)_socket.DangerousGetHandle();

    public bool HasOutput => _outEnd > _outStart;

    public int PendingOutputBytes => _outEnd - _outStart;

    /// <summary>CLOCK_MONOTONIC at which the last recvmsg returned.</summary>
    public long LastReceiveNanoseconds { get; private set; }

    public ReadOnlySpan<byte> Incoming => _incoming.AsSpan(_start, _end - _start);

    public void Consume(int bytes) => _start += bytes;

    public bool TryTakeFd(out SafeFileHandle fd) => _incomingFds.TryDequeue(out fd!);

    public int IncomingFds => _incomingFds.Count;

    // SAFETY: all buffers live on the stack or are pinned during the call; control data is walked within the length the
    // kernel reports, and every descriptor found there gets its owner at once.
    public ReceiveResult Receive()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_incoming, _start, _incoming, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }
        if (_end == _incoming.Length)
            Array.Resize(ref _incoming, _incoming.Length * 2);
        const int ControlSize = 16 + MaxFdsPerReceive * 4 + 4;
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* p = &_incoming[_end])
        {
            var vector = new Libc.IoVec { Base = p, Length = (nuint)(_incoming.Length - _end) };
            var message = new Libc.MsgHdr { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
            nint count;
            do
            {
                count = Libc.ReceiveMessage(Fd, &message, Libc.MsgDontwait | Libc.MsgCmsgCloexec);
            }
            while (count < 0 && Libc.Errno == Libc.EIntr);
            LastReceiveNanoseconds = Stopwatch.GetTimestamp();
            if (count < 0)
                return Libc.Errno == Libc.EAgain ? ReceiveResult.Nothing : ReceiveResult.Closed;
            TakeDescriptors(control, (int)message.ControlLength);
            _end += (int)count;
            return count == 0 ? ReceiveResult.Closed : ReceiveResult.Data;
        }
    }

    // SAFETY: see Receive; each header's length is checked against what is left.
    private void TakeDescriptors(byte* control, int length)
    {
        int position = 0;
        while (length - position >= sizeof(Libc.CmsgHdr))
        {
            var header = (Libc.CmsgHdr*)(control + position);
            int size = (int)header->Length;
            if (size < sizeof(Libc.CmsgHdr) || size > length - position)
                return;
            if (header->Level == Libc.SolSocket && header->Type == Libc.ScmRights)
            {
                int* fds = (int*)(control + position + sizeof(Libc.CmsgHdr));
                for (int i = 0; i < (size - sizeof(Libc.CmsgHdr)) / sizeof(int); i++)
                    _incomingFds.Enqueue(new SafeFileHandle(fds[i], ownsHandle: true));
            }
            position += (size + 7) & ~7;
        }
    }

    /// <summary>Queues bytes and takes over the descriptors that belong to them.</summary>
    public void Queue(ReadOnlySpan<byte> bytes, ReadOnlySpan<SafeFileHandle> fds)
    {
        if (_outStart == _outEnd)
            _outStart = _outEnd = 0;
        if (_outEnd + bytes.Length > _outgoing.Length)
        {
            _outgoing.AsSpan(_outStart, _outEnd - _outStart).CopyTo(_outgoing);
            _outEnd -= _outStart;
            _outStart = 0;
            if (_outEnd + bytes.Length > _outgoing.Length)
                Array.Resize(ref _outgoing, Math.Max(_outgoing.Length * 2, _outEnd + bytes.Length));
        }
        bytes.CopyTo(_outgoing.AsSpan(_outEnd));
        _outEnd += bytes.Length;
        foreach (SafeFileHandle fd in fds)
            _outgoingFds.Enqueue(fd);
    }

    /// <summary>Sends what the socket takes; false where the other end is gone.</summary>
    // SAFETY: buffers are pinned or on the stack during the call; the control block is laid out for fdCount descriptors.
    public bool Flush()
    {
        byte* control = stackalloc byte[16 + MaxFdsPerSend * 4];
        while (_outEnd > _outStart)
        {
            int fdCount = Math.Min(_outgoingFds.Count, MaxFdsPerSend);
            // Descriptors may arrive before the bytes that name them, never after.
            int byteCount = _outgoingFds.Count > MaxFdsPerSend ? 4 : _outEnd - _outStart;
            fixed (byte* p = &_outgoing[_outStart])
            {
                var vector = new Libc.IoVec { Base = p, Length = (nuint)byteCount };
                var message = new Libc.MsgHdr { Vectors = &vector, VectorCount = 1 };
                if (fdCount > 0)
                {
                    var header = (Libc.CmsgHdr*)control;
                    header->Length = (nuint)(sizeof(Libc.CmsgHdr) + fdCount * sizeof(int));
                    header->Level = Libc.SolSocket;
                    header->Type = Libc.ScmRights;
                    int* slots = (int*)(control + sizeof(Libc.CmsgHdr));
                    int slot = 0;
                    foreach (SafeFileHandle fd in _outgoingFds)
                    {
                        if (slot == fdCount)
                            break;
                        slots[slot++] = (int)fd.DangerousGetHandle();
                    }
                    message.Control = control;
                    message.ControlLength = (nuint)(sizeof(Libc.CmsgHdr) + ((fdCount * sizeof(int) + 7) & ~7));
                }
                nint sent = Libc.SendMessage(Fd, &message, Libc.MsgDontwait | Libc.MsgNosignal);
                if (sent < 0)
                {
                    if (Libc.Errno == Libc.EIntr)
                        continue;
                    return Libc.Errno == Libc.EAgain;
                }
                for (int i = 0; i < fdCount; i++)
                    _outgoingFds.Dequeue().Dispose();
                _outStart += (int)sent;
            }
        }
        return true;
    }

    /// <summary>
    /// Throws away what the other end sent so far. A Unix socket closed over unread bytes answers the peer's next write
    /// with ECONNRESET, and the peer may give up before it reads the error event.
    /// </summary>
    public void DiscardInput()
    {
        do
            _start = _end = 0;
        while (Receive() == ReceiveResult.Data);
    }

    public void Dispose()
    {
        while (_incomingFds.TryDequeue(out SafeFileHandle? fd))
            fd.Dispose();
        while (_outgoingFds.TryDequeue(out SafeFileHandle? fd))
            fd.Dispose();
        _socket.Dispose();
    }
}
