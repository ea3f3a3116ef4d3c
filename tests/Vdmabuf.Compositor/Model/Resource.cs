using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Protocol;

namespace Vdmabuf.Compositor;

/// <summary>
/// The server's side of one protocol object. Handlers run on the compositor's thread; public properties may be read
/// from any thread and show the last handled request.
/// </summary>
public abstract class Resource
{
    private protected Resource(Client client, uint id, string interfaceName, uint version)
    {
        Client = client;
        Id = id;
        Spec = client.Compositor.Protocols[interfaceName];
        Version = version;
        client.Register(this);
    }

    public Client Client { get; }

    public uint Id { get; }

    public InterfaceSpec Spec { get; }

    public string Interface => Spec.Name;

    /// <summary>The version bound by the client.</summary>
    public uint Version { get; }

    public bool IsDestroyed { get; private set; }

    internal ScriptedCompositor Compositor => Client.Compositor;

    public override string ToString() => $"{Interface}@{Id}";

    internal abstract void Handle(string request, RequestArgs args);

    /// <summary>Runs once, when the client destroys the object or disconnects.</summary>
    internal virtual void OnDestroyed()
    {
    }

    /// <summary>Sends an event, unless the object is gone or its version does not have the event. Takes descriptors in any case.</summary>
    internal bool Send(string eventName, params ReadOnlySpan<object?> args)
    {
        MessageSpec spec = Spec.Event(eventName);
        if (!IsDestroyed && !Client.IsGone && spec.Since <= Version)
        {
            Client.Send(Id, spec, args);
            return true;
        }
        foreach (object? arg in args)
            (arg as SafeFileHandle)?.Dispose();
        return false;
    }

    internal void Destroy()
    {
        if (IsDestroyed)
            return;
        IsDestroyed = true;
        OnDestroyed();
        Client.Unregister(this);
    }

    /// <summary>Ends the client with a protocol error of this object's interface.</summary>
    internal ClientFault Fault(string error, string message) => new(this, Spec.Error(error), $"{error}: {message}");
}

/// <summary>A client broke the protocol: recorded as a violation and answered with wl_display.error.</summary>
internal sealed class ClientFault(Resource resource, uint code, string message) : Exception(message)
{
    public Resource Resource { get; } = resource;

    public uint Code { get; } = code;
}

/// <summary>Typed access to one request's arguments, in the order of the signature.</summary>
internal readonly struct RequestArgs(Resource target, object?[] values)
{
    public int Int(int i) => (int)values[i]!;

    public uint Uint(int i) => (uint)values[i]!;

    public double Fixed(int i) => (double)values[i]!;

    public string Text(int i) => (string)values[i]!;

    public SafeFileHandle Fd(int i) => ((Wire.ReceivedFd)values[i]!).Take();

    public Wire.ReceivedFd FdIdentity(int i) => (Wire.ReceivedFd)values[i]!;

    public T Object<T>(int i) where T : Resource => OptionalObject<T>(i)
        ?? throw new ClientFault(target.Client.Display, 0, $"invalid_object: argument {i} of {target} is null");

    public T? OptionalObject<T>(int i) where T : Resource
    {
        uint id = (uint)values[i]!;
        if (id == 0)
            return null;
        return target.Client.Find(id) switch
        {
            T found => found,
            null => throw new ClientFault(target.Client.Display, 0, $"invalid_object: {target} refers to unknown object {id}"),
            Resource other => throw new ClientFault(target.Client.Display, 0, $"invalid_object: {target} refers to {other}, which is of the wrong kind"),
        };
    }
}

/// <summary>An object without a model of its own: its requests are recorded, its children are inert too.</summary>
public class InertResource : Resource
{
    internal InertResource(Client client, uint id, string interfaceName, uint version)
        : base(client, id, interfaceName, version)
    {
    }

    internal override void Handle(string request, RequestArgs args)
    {
        MessageSpec spec = Spec.Requests.First(r => r.Name == request);
        for (int i = 0; i < spec.Args.Count; i++)
        {
            if (spec.Args[i] is { Kind: ArgKind.NewId, Interface: string child })
                _ = new InertResource(Client, args.Uint(i), child, Version);
        }
    }
}
