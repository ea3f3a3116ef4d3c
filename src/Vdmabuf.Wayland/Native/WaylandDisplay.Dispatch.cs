using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <content>Sending, reading, and what goes wrong with it.</content>
public sealed unsafe partial class WaylandDisplay
{
    /// <summary>Sends what was collected, without blocking.</summary>
    /// <exception cref="WaylandException">The connection failed.</exception>
    public FlushResult Flush()
    {
        if (NativeMethods.DisplayFlush(RequireHandle()) >= 0) return FlushResult.Complete;
        int errno = Marshal.GetLastPInvokeError();
        return errno switch
        {
            Errno.Again => FlushResult.SocketFull,

            // What the compositor said before it hung up may still be in the socket: reading tells the reason.
            Errno.BrokenPipe when NativeMethods.DisplayGetError(_handle) == 0 => FlushResult.PeerClosed,
            _ => throw CreateError(errno),
        };
    }

    /// <summary>Raises the events that were read already.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="WaylandException">The connection failed. What a handler throws comes out as well.</exception>
    public int DispatchPending()
    {
        nint handle = RequireHandle();
        _fault?.Throw();
        return Finish(NativeMethods.DisplayDispatchPending(handle));
    }

    /// <summary>Reads what the socket holds, without blocking, and raises the events.</summary>
    /// <returns>Whether any event was raised.</returns>
    /// <exception cref="WaylandException">The connection failed. What a handler throws comes out as well.</exception>
    public bool ReadAndDispatch()
    {
        // The intent to read is held for one call only. Holding it over a poll, as a program with several reading
        // threads has to, would let whatever else dispatches on this thread (a round trip, a library) wait for
        // ourselves. With one thread per connection nobody can read in between.
        int raised = 0;
        while (NativeMethods.DisplayPrepareRead(RequireHandle()) != 0) raised += DispatchPending();
        if (NativeMethods.DisplayReadEvents(_handle) < 0) throw CreateError();
        raised += DispatchPending();
        if (raised == 0 && _handle != 0) ThrowIfCutOff();
        return raised > 0;
    }

    /// <summary>
    /// libwayland (seen in 1.23) does not notice the end of the stream while half a message is in its buffer: it
    /// reports success, and the socket stays readable for ever. A read that brought nothing is looked at again.
    /// </summary>
    private void ThrowIfCutOff()
    {
        // SAFETY: one byte is peeked into a local.
        byte next;
        nint count = NativeMethods.Receive(Fd, &next, 1, NativeMethods.ReceivePeek | NativeMethods.ReceiveDontWait);
        if (count != 0) return;
        Fault(new WaylandDisconnectedException(Errno.BrokenPipe, WaylandLog.TakeLast()));
        _fault?.Throw();
    }

    /// <summary>
    /// Blocks until the compositor has handled everything so far, raising events meanwhile. For tools and tests: a
    /// program with a loop uses <see cref="Sync()"/>.
    /// </summary>
    /// <exception cref="WaylandException">The connection failed. What a handler throws comes out as well.</exception>
    public void Roundtrip()
    {
        nint handle = RequireHandle();
        _fault?.Throw();
        Finish(NativeMethods.DisplayRoundtrip(handle));
    }

    /// <summary>Turns what a dispatching call returned into a count or an exception.</summary>
    internal int Finish(int result)
    {
        if (_closing && _handlerDepth == 0) Disconnect();
        _fault?.Throw();
        if (_handle == 0) return Math.Max(0, result);
        return result >= 0 ? result : throw CreateError();
    }

    /// <summary>Throws what a handler threw, if one did.</summary>
    internal void ThrowIfFaulted() => _fault?.Throw();

    /// <summary>The reason why the connection failed.</summary>
    internal WaylandException CreateError(int errno = 0) => _reason ??= DescribeError(errno);

    private WaylandException DescribeError(int errno)
    {
        int stored = NativeMethods.DisplayGetError(RequireHandle());
        if (stored != 0) errno = stored;

        // For an event number that the interface does not have, libwayland stores whatever errno was there before.
        if (errno is Errno.Again or 0) errno = Errno.Invalid;

        // SAFETY: both results point to locals; the table is one of ours or libwayland's own, which stay.
        NativeInterface* table = null;
        uint id = 0;
        uint code = NativeMethods.DisplayGetProtocolError(_handle, &table, &id);
        if (table == null && id == 0 && errno != Errno.Protocol) return new WaylandDisconnectedException(errno, WaylandLog.TakeLast());
        string? name = table == null ? null : Marshal.PtrToStringUTF8((nint)table->Name);
        string? codeName = name is null ? null : NativeInterfaceBuilder.Find(name)?.ErrorName(code);
        return new WaylandProtocolException(name, id, code, codeName, WaylandLog.TakeLast());
    }
}
