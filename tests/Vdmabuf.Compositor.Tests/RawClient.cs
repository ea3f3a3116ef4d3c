using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Protocol;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor.Tests;

/// <summary>An event as it came from the wire.</summary>
internal sealed record WireEvent(uint ObjectId, string Interface, string Name, object?[] Args);

/// <summary>
/// A Wayland client of bare messages: no library between the test and the socket, so it can also send what no library
/// would. Ids are reused as the server frees them.
/// </summary>
internal sealed class RawClient : IDisposable
{
    private readonly SocketChannel _channel;
    private readonly ProtocolLibrary _protocols;
    private readonly Dictionary<uint, (InterfaceSpec Spec, uint Version)> _objects = [];
    private readonly Stack<uint> _freeIds = new();
    private readonly Dictionary<uint, int> _firstEvent = [];
    private uint _nextId = 2;

    public RawClient(SafeFileHandle socket, ProtocolLibrary protocols)
    {
        _channel = new SocketChannel(socket);
        _protocols = protocols;
        _objects[1] = (protocols["wl_display"], 1);
    }

    /// <summary>Every event so far.</summary>
    public List<WireEvent> Events { get; } = [];

    public HashSet<uint> DeletedIds { get; } = [];

    public bool IsClosed { get; private set; }

    public uint Registry { get; private set; }

    public WireEvent? Error => Events.FirstOrDefault(e => e is { ObjectId: 1, Name: "error" });

    /// <summary>Events of the object that has, or had last, this id.</summary>
    public IEnumerable<WireEvent> EventsOf(uint id, string name) =>
        Events.Skip(_firstEvent.GetValueOrDefault(id)).Where(e => e.ObjectId == id && e.Name == name);

    public uint NewObject(string interfaceName, uint version = 1)
    {
        uint id = _freeIds.TryPop(out uint free) ? free : _nextId++;
        _objects[id] = (_protocols[interfaceName], version);
        _firstEvent[id] = Events.Count;
        return id;
    }

    public void Send(uint id, string request, params object?[] args)
    {
        MessageSpec spec = _objects[id].Spec.Requests.First(r => r.Name == request);
        var fds = new List<SafeFileHandle>();
        _channel.Queue(WireMessage.Encode(id, spec, args, fds), CollectionsMarshal.AsSpan(fds));
    }

    /// <summary>A request that makes one object; the new id goes where null stands in for it.</summary>
    public uint Create(uint parent, string request, params object?[] args)
    {
        MessageSpec spec = _objects[parent].Spec.Requests.First(r => r.Name == request);
        int index = spec.Args.ToList().FindIndex(a => a.Kind == ArgKind.NewId);
        uint id = NewObject(spec.Args[index].Interface!, _objects[parent].Version);
        List<object?> all = [.. args];
        all.Insert(index, id);
        Send(parent, request, all.ToArray());
        return id;
    }

    /// <summary>A request with any opcode and body.</summary>
    public void SendRaw(uint id, int opcode, params byte[] body) => _channel.Queue(WireMessage.Frame(id, opcode, body), []);

    /// <summary>Binds a global, which must be advertised.</summary>
    public uint Bind(string interfaceName, uint version)
    {
        WireEvent global = Globals().First(g => (string)g.Args[1]! == interfaceName);
        return BindAs((uint)global.Args[0]!, interfaceName, version);
    }

    public uint BindAs(uint name, string interfaceName, uint version)
    {
        uint id = NewObject(interfaceName, version);
        byte[] text = System.Text.Encoding.UTF8.GetBytes(interfaceName + '\0');
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        writer.Write(name);
        writer.Write(text.Length);
        writer.Write(text);
        writer.Write(new byte[(4 - text.Length % 4) % 4]);
        writer.Write(version);
        writer.Write(id);
        SendRaw(Registry, 0, body.ToArray());
        return id;
    }

    public IReadOnlyList<WireEvent> Globals()
    {
        if (Registry == 0)
        {
            Registry = Create(1, "get_registry");
            Roundtrip();
        }
        return EventsOf(Registry, "global").ToArray();
    }

    /// <summary>Sends everything and reads until the server has answered it, or closed.</summary>
    public void Roundtrip()
    {
        uint callback = Create(1, "sync");
        // The id may have been another callback's before.
        DeletedIds.Remove(callback);
        ReadUntil(() => DeletedIds.Contains(callback));
        DeletedIds.Remove(callback);
    }

    /// <summary>Reads until a condition holds or the server closed. Bounded.</summary>
    public void ReadUntil(Func<bool> condition)
    {
        long deadline = Environment.TickCount64 + 20_000;
        while (!condition() && !IsClosed)
        {
            if (Environment.TickCount64 > deadline)
                throw new TimeoutException($"Events so far: {string.Join("; ", Events.Select(e => $"{e.Interface}.{e.Name}"))}");
            if (!_channel.Flush())
                IsClosedByWrite = true;
            if (Poll(100))
                Read();
        }
    }

    /// <summary>True where a send found the other end gone.</summary>
    public bool IsClosedByWrite { get; private set; }

    /// <summary>Sends without waiting; false where bytes stay because the socket is full.</summary>
    public bool FlushOnce()
    {
        _channel.Flush();
        return !_channel.HasOutput;
    }

    public void Dispose()
    {
        foreach (ReceivedFd fd in Events.SelectMany(e => e.Args).OfType<ReceivedFd>())
            fd.CloseIfUntaken();
        _channel.Dispose();
    }

    // SAFETY: one pollfd on the stack.
    private unsafe bool Poll(int milliseconds)
    {
        var fd = new Libc.PollFd { Fd = _channel.Fd, Events = Libc.PollIn };
        var wait = new Libc.TimeSpec { Nanoseconds = milliseconds * 1_000_000 };
        return Libc.Poll(&fd, 1, &wait, null) > 0;
    }

    private void Read()
    {
        ReceiveResult result = _channel.Receive();
        while (_channel.Incoming.Length >= WireMessage.HeaderSize)
        {
            ReadOnlySpan<byte> input = _channel.Incoming;
            uint id = MemoryMarshal.Read<uint>(input);
            uint second = MemoryMarshal.Read<uint>(input[4..]);
            int size = (int)(second >> 16);
            if (size < WireMessage.HeaderSize)
                throw new InvalidDataException($"message of {size} bytes");
            if (input.Length < size)
                break;
            Handle(id, (int)(second & 0xffff), input[WireMessage.HeaderSize..size]);
            _channel.Consume(size);
        }
        IsClosed = result == ReceiveResult.Closed;
    }

    private void Handle(uint id, int opcode, ReadOnlySpan<byte> body)
    {
        if (!_objects.TryGetValue(id, out (InterfaceSpec Spec, uint Version) target))
        {
            Events.Add(new WireEvent(id, "unknown", $"event {opcode}", [body.ToArray()]));
            return;
        }
        MessageSpec spec = target.Spec.Events[opcode];
        object?[] args = WireMessage.Decode(spec, body, () => _channel.TryTakeFd(out SafeFileHandle fd) ? new ReceivedFd(fd) : throw new MalformedMessageException("no descriptor"));
        Events.Add(new WireEvent(id, target.Spec.Name, spec.Name, args));
        for (int i = 0; i < spec.Args.Count; i++)
        {
            if (spec.Args[i] is { Kind: ArgKind.NewId, Interface: string child })
                _objects[(uint)args[i]!] = (_protocols[child], target.Version);
        }
        if (id == 1 && spec.Name == "delete_id")
        {
            uint freed = (uint)args[0]!;
            DeletedIds.Add(freed);
            _objects.Remove(freed);
            _freeIds.Push(freed);
        }
    }
}
