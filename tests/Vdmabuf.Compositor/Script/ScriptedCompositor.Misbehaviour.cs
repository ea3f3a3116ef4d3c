using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

// What a compositor should not do, and sometimes does. Without a client named, the newest is meant.
public sealed partial class ScriptedCompositor
{
    /// <summary>wl_display.error for an object, then the connection closes.</summary>
    public Task PostErrorAsync(Resource resource, uint code, string message) => InvokeAsync(() => resource.Client.Post(resource, code, message));

    /// <summary>The same with an object id, which need not exist.</summary>
    public Task PostErrorAsync(uint objectId, uint code, string message, Client? client = null) =>
        InvokeAsync(() => (client ?? Client).PostRaw(objectId, code, message));

    /// <summary>Closes the connection without a word, as a crashed compositor does.</summary>
    public Task DisconnectAsync(Client? client = null) => InvokeAsync(() => (client ?? Client).Close(orderly: false));

    /// <summary>Reads nothing more, so the client's socket fills.</summary>
    public Task StopReadingAsync(Client? client = null) => InvokeAsync(() => { (client ?? Client).ReadingStopped = true; });

    public Task ResumeReadingAsync(Client? client = null) => InvokeAsync(() =>
    {
        Client resumed = client ?? Client;
        resumed.ReadingStopped = false;
        resumed.HandleBacklog();
    });

    /// <summary>Bytes as they are, in place of messages.</summary>
    public Task SendGarbageAsync(byte[] bytes, Client? client = null) => InvokeAsync(() => (client ?? Client).SendRaw(bytes));

    /// <summary>A well-formed message to any id, alive or not, with a body as it is.</summary>
    public Task SendRawEventAsync(uint objectId, ushort opcode, byte[] body, Client? client = null) =>
        InvokeAsync(() => (client ?? Client).SendRaw(WireMessage.Frame(objectId, opcode, body)));

    /// <summary>
    /// Any event of an object, also of a destroyed one or of a newer version than bound. Object arguments are ids;
    /// descriptors are taken over.
    /// </summary>
    public Task SendEventAsync(Resource resource, string name, params object?[] args) => InvokeAsync(() =>
    {
        if (!resource.Client.IsGone)
        {
            resource.Client.Send(resource.Id, resource.Spec.Event(name), args);
            return;
        }
        foreach (object? arg in args)
            (arg as SafeFileHandle)?.Dispose();
    });

    /// <summary>Bytes the client has not taken from its socket yet.</summary>
    public Task<int> PendingOutputAsync(Client? client = null) => InvokeAsync(() => (client ?? Client).PendingOutputBytes);

    /// <summary>A live object of a client by interface: for events without a method of their own.</summary>
    public Task<IReadOnlyList<Resource>> ObjectsAsync(string interfaceName, Client? client = null) =>
        InvokeAsync<IReadOnlyList<Resource>>(() => (client ?? Client).Objects.Where(o => o.Interface == interfaceName).ToArray());
}
