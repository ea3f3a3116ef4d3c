using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

/// <summary>A request as it came over the wire.</summary>
internal readonly record struct RawRequest(uint Object, ushort Opcode, byte[] Body)
{
    public uint Word(int index) => BinaryPrimitives.ReadUInt32LittleEndian(Body.AsSpan(index * 4));
}

/// <summary>
/// The compositor's end of a socket, played byte by byte. The client numbers its objects 2, 3, 4 … in the order it
/// makes them; the tests count along.
/// </summary>
internal sealed unsafe class RawPeer : IDisposable
{
    private readonly SafeFileHandle _socket;
    private readonly byte[] _received = new byte[1 << 16];
    private int _have;

    public RawPeer()
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = Libc.CreateSocketPair();
        _socket = ours;
        Display = WaylandDisplay.ConnectFd(theirs);
    }

    public WaylandDisplay Display { get; }

    public static byte[] Words(params uint[] words) => MemoryMarshal.AsBytes(words.AsSpan()).ToArray();

    public static byte[] Text(string? text)
    {
        if (text is null) return Words(0);
        byte[] content = Encoding.UTF8.GetBytes(text + "\0");
        byte[] result = new byte[4 + ((content.Length + 3) & ~3)];
        BinaryPrimitives.WriteInt32LittleEndian(result, content.Length);
        content.CopyTo(result, 4);
        return result;
    }

    public static byte[] Array(ReadOnlySpan<byte> content)
    {
        byte[] result = new byte[4 + ((content.Length + 3) & ~3)];
        BinaryPrimitives.WriteInt32LittleEndian(result, content.Length);
        content.CopyTo(result.AsSpan(4));
        return result;
    }

    public void Send(uint target, ushort opcode, params byte[][] parts) => SendWithFd(null, target, opcode, parts);

    public void SendWithFd(SafeHandle? fd, uint target, ushort opcode, params byte[][] parts)
    {
        int size = 8 + parts.Sum(part => part.Length);
        SendBytes([.. Words(target, ((uint)size << 16) | opcode), .. parts.SelectMany(part => part)], fd);
    }

    public void SendBytes(ReadOnlySpan<byte> bytes, SafeHandle? fd = null) => Libc.Send(_socket, bytes, fd);

    /// <summary>Events without arguments but words, sent without a managed allocation.</summary>
    public void SendWords(ReadOnlySpan<uint> message) => Libc.Send(_socket, MemoryMarshal.AsBytes(message), null);

    /// <summary>Flushes the client and throws away what it wrote; allocates nothing.</summary>
    public int Drain()
    {
        Display.Flush();
        int total = 0;
        fixed (byte* start = _received)
        {
            nint count;
            while ((count = Libc.Receive((int)_socket.DangerousGetHandle(), start, (nuint)_received.Length, Libc.DontWait)) > 0)
                total += (int)count;
        }

        return total;
    }

    /// <summary>Flushes the client and returns what it wrote.</summary>
    public List<RawRequest> ReadRequests()
    {
        Display.Flush();
        fixed (byte* start = _received)
        {
            nint count = Libc.Receive(
                (int)_socket.DangerousGetHandle(), start + _have, (nuint)(_received.Length - _have), Libc.DontWait);
            if (count > 0) _have += (int)count;
        }

        var result = new List<RawRequest>();
        int at = 0;
        while (_have - at >= 8)
        {
            uint target = BinaryPrimitives.ReadUInt32LittleEndian(_received.AsSpan(at));
            uint head = BinaryPrimitives.ReadUInt32LittleEndian(_received.AsSpan(at + 4));
            int size = (int)(head >> 16);
            if (_have - at < size) break;
            result.Add(new RawRequest(target, (ushort)head, _received[(at + 8)..(at + size)]));
            at += size;
        }

        _received.AsSpan(at, _have - at).CopyTo(_received);
        _have -= at;
        return result;
    }

    /// <summary>Binds a global that the peer never announced; libwayland does not mind.</summary>
    public T Bind<T>(uint version)
        where T : WaylandProxy, IWaylandInterface<T> => (Registry ??= Display.GetRegistry()).Bind<T>(1, version);

    public WlRegistry? Registry { get; private set; }

    public void Hangup() => _socket.Dispose();

    public void Dispose()
    {
        Display.Dispose();
        _socket.Dispose();
    }
}
