using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Protocol;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>One connection: its objects, and what goes over its socket.</summary>
#pragma warning disable CA1001 // Close ends the channel on the compositor's thread; nobody else may.
public sealed class Client
#pragma warning restore CA1001
{
    private const uint FirstServerId = 0xff000000;

    private readonly SocketChannel _channel;
    private readonly SortedDictionary<uint, Resource> _objects = [];
    private readonly List<SafeFileHandle> _eventFds = [];
    private uint _nextServerId = FirstServerId;
    private readonly Stack<uint> _freeServerIds = new();

    internal Client(ScriptedCompositor compositor, int number, SafeFileHandle socket)
    {
        Compositor = compositor;
        Number = number;
        _channel = new SocketChannel(socket);
        Display = new DisplayResource(this);
    }

    /// <summary>1 for the first client that connected.</summary>
    public int Number { get; }

    /// <summary>True after either side closed the connection.</summary>
    public bool IsGone { get; private set; }

    /// <summary>The error posted to this client, by script or for a violation; null while there is none.</summary>
    public string? PostedError { get; private set; }

    internal ScriptedCompositor Compositor { get; }

    internal DisplayResource Display { get; }

    internal bool ReadingStopped { get; set; }

    internal int Fd => _channel.Fd;

    internal bool HasOutput => _channel.HasOutput;

    internal int PendingOutputBytes => _channel.PendingOutputBytes;

    internal IEnumerable<Resource> Objects => _objects.Values;

    public override string ToString() => $"client {Number}";

    internal Resource? Find(uint id) => _objects.GetValueOrDefault(id);

    internal IEnumerable<T> All<T>() where T : Resource => _objects.Values.OfType<T>();

    internal uint AllocateServerId() => _freeServerIds.TryPop(out uint id) ? id : _nextServerId++;

    internal void Register(Resource resource)
    {
        if (resource.Id == 0 || !_objects.TryAdd(resource.Id, resource))
            throw new ClientFault(Display, 0, $"invalid_object: new id {resource.Id} for {resource.Interface} is in use or null");
    }

    internal void Unregister(Resource resource)
    {
        _objects.Remove(resource.Id);
        if (resource.Id >= FirstServerId)
            _freeServerIds.Push(resource.Id);
        else
            Display.Send("delete_id", resource.Id);
    }

    internal void Send(uint objectId, MessageSpec spec, ReadOnlySpan<object?> args)
    {
        _eventFds.Clear();
        byte[] message = WireMessage.Encode(objectId, spec, args, _eventFds);
        _channel.Queue(message, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_eventFds));
    }

    internal void SendRaw(ReadOnlySpan<byte> bytes)
    {
        if (!IsGone)
            _channel.Queue(bytes, []);
    }

    internal void Flush()
    {
        if (!IsGone && _channel.HasOutput && !_channel.Flush())
            Close(orderly: false);
    }

    /// <summary>Reads what is there and handles every whole request.</summary>
    internal void Read()
    {
        ReceiveResult result = _channel.Receive();
        while (!IsGone && !ReadingStopped && HandleNext())
        {
        }
        if (result == ReceiveResult.Closed && !IsGone)
            Close(orderly: true);
    }

    /// <summary>Requests read before the script stopped reading are handled when it resumes.</summary>
    internal void HandleBacklog()
    {
        while (!IsGone && !ReadingStopped && HandleNext())
        {
        }
    }

    internal void Post(Resource resource, uint code, string message)
    {
        if (IsGone)
            return;
        PostRaw(resource.Id, code, message);
        PostedError = $"{resource} error {code}: {message}";
    }

    internal void PostRaw(uint objectId, uint code, string message)
    {
        if (IsGone)
            return;
        PostedError = $"object {objectId} error {code}: {message}";
        Display.Send("error", objectId, code, message);
        Flush();
        if (!IsGone)
            _channel.DiscardInput();
        Close(orderly: false);
    }

    internal void Close(bool orderly)
    {
        if (IsGone)
            return;
        IsGone = true;
        if (orderly)
        {
            foreach (Resource left in _objects.Values.Where(o => o is not DisplayResource))
                Compositor.Note(left, $"{left} was alive at disconnect");
        }
        // Children before parents, as a client that cleans up would do it: newest first.
        foreach (Resource resource in _objects.Values.Reverse().ToArray())
            resource.Destroy();
        Compositor.DropHeldImports(this);
        _channel.Dispose();
        Compositor.Forget(this);
    }

    private bool HandleNext()
    {
        ReadOnlySpan<byte> input = _channel.Incoming;
        if (input.Length < WireMessage.HeaderSize)
            return false;
        uint id = System.Runtime.InteropServices.MemoryMarshal.Read<uint>(input);
        uint second = System.Runtime.InteropServices.MemoryMarshal.Read<uint>(input[4..]);
        int size = (int)(second >> 16);
        int opcode = (int)(second & 0xffff);
        if (size >= WireMessage.HeaderSize && input.Length < size)
            return false;
        try
        {
            if (size < WireMessage.HeaderSize || size % 4 != 0)
                throw new ClientFault(Display, 1, $"invalid_method: message of {size} bytes to object {id}");
            Handle(id, opcode, input[WireMessage.HeaderSize..size]);
        }
        catch (ClientFault fault)
        {
            Compositor.Violate(fault.Resource, fault.Message);
            Post(fault.Resource, fault.Code, fault.Message);
            Compositor.AfterRequest();
            return false;
        }
        _channel.Consume(size);
        Compositor.AfterRequest();
        return true;
    }

    private void Handle(uint id, int opcode, ReadOnlySpan<byte> body)
    {
        Resource target = Find(id) ?? throw new ClientFault(Display, 0, $"invalid_object: request {opcode} to unknown object {id}");
        if (opcode >= target.Spec.Requests.Count)
            throw new ClientFault(Display, 1, $"invalid_method: {target} has no request {opcode}");
        MessageSpec spec = target.Spec.Requests[opcode];
        if (spec.Since > target.Version)
            throw new ClientFault(Display, 1, $"invalid_method: {target}.{spec.Name} is since version {spec.Since}, bound is {target.Version}");
        object?[] values;
        try
        {
            values = WireMessage.Decode(spec, body, NextFd);
        }
        catch (MalformedMessageException malformed)
        {
            throw new ClientFault(Display, 1, $"invalid_method: {target}.{malformed.Message}");
        }
        try
        {
            Compositor.Record(target, spec.Name, values, _channel.LastReceiveNanoseconds);
            target.Handle(spec.Name, new RequestArgs(target, values));
            if (spec.IsDestructor)
                target.Destroy();
        }
        finally
        {
            foreach (object? value in values)
                (value as ReceivedFd)?.CloseIfUntaken();
        }
    }

    private ReceivedFd NextFd() => _channel.TryTakeFd(out SafeFileHandle fd)
        ? new ReceivedFd(fd)
        : throw new MalformedMessageException("a file descriptor is missing");
}
