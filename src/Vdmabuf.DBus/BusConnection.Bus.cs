namespace Vdmabuf.DBus;

/// <content>What only a message bus has: names.</content>
public sealed partial class BusConnection
{
    private const string BusName = "org.freedesktop.DBus";
    private const string BusPath = "/org/freedesktop/DBus";

    /// <summary>Asks the bus for a well-known name.</summary>
    /// <exception cref="DBusErrorException">The name is invalid or the bus's policy refuses it (from the task).</exception>
    public Task<RequestNameResult> RequestNameAsync(string name, RequestNameFlags flags = RequestNameFlags.None) =>
        CallAsync(
            new MethodCall(BusName, BusPath, BusName, "RequestName"),
            writer =>
            {
                writer.WriteString(name);
                writer.WriteUInt32((uint)flags);
            },
            static reader => (RequestNameResult)reader.ReadUInt32());

    /// <summary>Gives a well-known name back; true if it was ours.</summary>
    public Task<bool> ReleaseNameAsync(string name) =>
        CallAsync(
            new MethodCall(BusName, BusPath, BusName, "ReleaseName"),
            writer => writer.WriteString(name),
            static reader => reader.ReadUInt32() == 1);

    /// <summary>All connections that own or wait for a name, the owner first: with QEMU, all VMs on this bus.</summary>
    /// <exception cref="DBusErrorException">Nobody has the name (NameHasNoOwner, from the task).</exception>
    public Task<string[]> ListQueuedOwnersAsync(string name) =>
        CallAsync(
            new MethodCall(BusName, BusPath, BusName, "ListQueuedOwners"),
            writer => writer.WriteString(name),
            static reader => reader.ReadStringArray());
}

/// <summary>How to request a name (D-Bus specification).</summary>
[Flags]
public enum RequestNameFlags
{
    /// <summary>Wait in the queue if somebody has it.</summary>
    None = 0,

    /// <summary>Others may take it over.</summary>
    AllowReplacement = 1,

    /// <summary>Take it over if the owner allows that.</summary>
    ReplaceExisting = 2,

    /// <summary>Do not wait in the queue.</summary>
    DoNotQueue = 4,
}

/// <summary>What became of a request for a name (D-Bus specification).</summary>
public enum RequestNameResult
{
    /// <summary>No answer known.</summary>
    None = 0,

    /// <summary>The name is ours.</summary>
    PrimaryOwner = 1,

    /// <summary>We wait for it.</summary>
    InQueue = 2,

    /// <summary>Somebody else has it and we do not wait.</summary>
    Exists = 3,

    /// <summary>It was ours before.</summary>
    AlreadyOwner = 4,
}
