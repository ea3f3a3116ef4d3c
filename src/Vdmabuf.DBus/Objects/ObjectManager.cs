namespace Vdmabuf.DBus;

/// <summary>
/// org.freedesktop.DBus.ObjectManager: objects below a root that come and go, with InterfacesAdded and
/// InterfacesRemoved. Disposing it ends the exports of the root and of all objects, without signals.
/// </summary>
public sealed class ObjectManager : IDisposable
{
    private const string Name = "org.freedesktop.DBus.ObjectManager";

    private readonly BusConnection _connection;
    private readonly string _path;
    private readonly ExportedObject _root;
    private readonly List<ExportedObject> _objects = [];

    /// <summary>Exports the root, with further interfaces of its own.</summary>
    /// <exception cref="ArgumentException">Not an object path, or served already.</exception>
    public ObjectManager(BusConnection connection, string path, params ReadOnlySpan<ExportedInterface> interfaces)
    {
        _connection = connection;
        _path = path;
        ExportedInterface manager = new ExportedInterface(Name)
            .AddMethod("GetManagedObjects", "", "a{oa{sa{sv}}}", GetManagedObjects)
            .AddSignal("InterfacesAdded", "oa{sa{sv}}")
            .AddSignal("InterfacesRemoved", "oas");
        _root = new ExportedObject(connection, path, [manager, .. interfaces]);
    }

    /// <summary>The root object, for signals of its own interfaces.</summary>
    public ExportedObject Root => _root;

    /// <summary>The objects below the root.</summary>
    public IReadOnlyList<ExportedObject> Objects => _objects;

    /// <summary>Exports an object and announces it.</summary>
    /// <param name="path">Its path, below the root.</param>
    /// <param name="interfaces">Its interfaces.</param>
    /// <exception cref="ArgumentException">Not an object path below the root, or served already.</exception>
    public ExportedObject Add(string path, params ReadOnlySpan<ExportedInterface> interfaces)
    {
        ArgumentNullException.ThrowIfNull(path);
        string prefix = _path == "/" ? "/" : _path + "/";
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
            throw new ArgumentException($"{path} is not below {_path}.", nameof(path));
        ExportedObject added = new(_connection, path, interfaces);
        _objects.Add(added);
        _connection.EmitSignal(_path, Name, "InterfacesAdded", writer =>
        {
            writer.WriteObjectPath(added.Path);
            added.WriteInterfaces(writer);
        });
        return added;
    }

    /// <summary>Ends the export of an object and announces that; false if it is not managed here.</summary>
    public bool Remove(ExportedObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (!_objects.Remove(item))
            return false;
        item.Dispose();
        _connection.EmitSignal(_path, Name, "InterfacesRemoved", writer =>
        {
            writer.WriteObjectPath(item.Path);
            writer.WriteStringArray([.. item.Interfaces.Select(static i => i.Name)]);
        });
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ExportedObject item in _objects)
            item.Dispose();
        _objects.Clear();
        _root.Dispose();
    }

    private void GetManagedObjects(ref IncomingCall call) => call.Reply(_objects, static (writer, objects) =>
    {
        writer.OpenArray("{oa{sa{sv}}}"u8);
        foreach (ExportedObject item in objects)
        {
            writer.OpenDictEntry("oa{sa{sv}}"u8);
            writer.WriteObjectPath(item.Path);
            item.WriteInterfaces(writer);
            writer.Close();
        }
        writer.Close();
    });
}
