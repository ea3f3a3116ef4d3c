using System.Text;

namespace Vdmabuf.DBus;

/// <summary>
/// An object of ours with declared interfaces. Answers org.freedesktop.DBus.Properties and Introspectable by itself;
/// Peer (Ping, GetMachineId) is answered by sd-bus for every path.
/// </summary>
public sealed class ExportedObject : IMessageHandler, IDisposable
{
    private readonly BusConnection _connection;
    private readonly ExportedInterface[] _interfaces;
    private readonly IDisposable _export;

    /// <summary>Exports the object until it is disposed.</summary>
    /// <exception cref="ArgumentException">Not an object path, or served already.</exception>
    public ExportedObject(BusConnection connection, string path, params ReadOnlySpan<ExportedInterface> interfaces)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        Path = path;
        _interfaces = interfaces.ToArray();
        _export = connection.Export(path, this);
    }

    /// <summary>The object's path.</summary>
    public string Path { get; }

    /// <summary>The declared interfaces.</summary>
    public IReadOnlyList<ExportedInterface> Interfaces => _interfaces;

    /// <inheritdoc/>
    public bool Handle(ref IncomingCall call)
    {
        foreach (ExportedInterface candidate in _interfaces)
        {
            // A call may leave the interface out (D-Bus specification, message types): then any method of that name.
            if (call.Interface.Length > 0 && !call.InterfaceIs(candidate.NativeName.Bytes))
                continue;
            if (candidate.FindMethod(call.Member) is not { } method)
                continue;
            if (!call.HasSignature(method.NativeInput.Bytes))
            {
                throw new DBusErrorException(
                    ErrorNames.InvalidArgs,
                    $"{candidate.Name}.{method.Name} takes '{method.Input}', not '{Encoding.UTF8.GetString(call.Signature)}'.");
            }
            method.Handler(ref call);
            return true;
        }
        if (call.InterfaceIs("org.freedesktop.DBus.Properties"u8))
            return HandleProperties(ref call);
        if (call.InterfaceIs("org.freedesktop.DBus.Introspectable"u8) && call.MemberIs("Introspect"u8))
        {
            string xml = IntrospectionXml.Write(Path, _interfaces, _connection.ExportedPaths);
            call.Reply(xml, static (writer, text) => writer.WriteString(text));
            return true;
        }
        return false;
    }

    /// <summary>Emits a signal of this object.</summary>
    /// <returns>False if it was not sent: the peer does not read, or the connection ended.</returns>
    public bool EmitSignal(string iface, string member, MessageWriterAction? body = null) =>
        _connection.EmitSignal(Path, iface, member, body);

    /// <summary>Emits PropertiesChanged with the current values of the named properties.</summary>
    /// <exception cref="ArgumentException">The object has no such property.</exception>
    public bool EmitPropertiesChanged(string iface, params string[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ExportedInterface owner = Array.Find(_interfaces, candidate => candidate.Name == iface)
            ?? throw new ArgumentException($"{Path} has no interface {iface}.", nameof(iface));
        ExportedProperty[] changed = Array.ConvertAll(
            properties,
            name => owner.Properties.FirstOrDefault(property => property.Name == name)
                ?? throw new ArgumentException($"{iface} has no property {name}.", nameof(properties)));
        return EmitSignal("org.freedesktop.DBus.Properties", "PropertiesChanged", writer =>
        {
            writer.WriteString(owner.NativeName);
            writer.OpenArray("{sv}"u8);
            foreach (ExportedProperty property in changed)
                property.WriteEntry(writer);
            writer.Close();
            writer.WriteStringArray([]);
        });
    }

    /// <summary>Ends the export; no signal is sent.</summary>
    public void Dispose() => _export.Dispose();

    /// <summary>Writes a{sa{sv}}: all interfaces with their properties.</summary>
    internal void WriteInterfaces(MessageWriter writer)
    {
        writer.OpenArray("{sa{sv}}"u8);
        foreach (ExportedInterface item in _interfaces)
        {
            writer.OpenDictEntry("sa{sv}"u8);
            writer.WriteString(item.NativeName);
            item.WriteProperties(writer);
            writer.Close();
        }
        writer.Close();
    }

    private bool HandleProperties(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        if (call.MemberIs("GetAll"u8))
        {
            call.Reply(Find(reader.ReadStringSpan()), static (writer, item) =>
            {
                if (item is not null)
                {
                    item.WriteProperties(writer);
                    return;
                }
                writer.OpenArray("{sv}"u8);
                writer.Close();
            });
            return true;
        }
        bool get = call.MemberIs("Get"u8);
        if (!get && !call.MemberIs("Set"u8))
            return false;
        ReadOnlySpan<byte> iface = reader.ReadStringSpan();
        ReadOnlySpan<byte> name = reader.ReadStringSpan();
        ExportedProperty property = Find(iface)?.FindProperty(name)
            ?? throw new DBusErrorException(
                ErrorNames.UnknownProperty,
                $"{Path} has no property {Encoding.UTF8.GetString(iface)}.{Encoding.UTF8.GetString(name)}.");
        if (get)
        {
            call.Reply(property, static (writer, item) => item.WriteVariant(writer));
            return true;
        }
        if (property.Write is null)
            throw new DBusErrorException(ErrorNames.PropertyReadOnly, $"{property.Name} cannot be set.");
        reader.EnterVariant(property.NativeSignature);
        property.Write(reader);
        call.ReplyEmpty();
        return true;
    }

    /// <summary>The declared interface; null for a standard one, which has no properties.</summary>
    private ExportedInterface? Find(ReadOnlySpan<byte> name)
    {
        foreach (ExportedInterface item in _interfaces)
        {
            if (name.SequenceEqual(item.NativeName.Bytes))
                return item;
        }
        if (name.IsEmpty || name.StartsWith("org.freedesktop.DBus."u8))
            return null;
        throw new DBusErrorException(ErrorNames.UnknownInterface, $"{Path} has no interface {Encoding.UTF8.GetString(name)}.");
    }
}
