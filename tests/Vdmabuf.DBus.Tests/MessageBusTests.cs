using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.DBus.Tests.Support;

namespace Vdmabuf.DBus.Tests;

public sealed class MessageBusTests
{
    private const string Root = "/org/example/Root";
    private const string Iface = "org.example.Thing";

    [Fact]
    public void Names_are_queued_listed_and_announced() => PollLoop.Run(async loop =>
    {
        using BusDaemon daemon = new();
        using BusConnection first = BusConnection.OpenBus(loop, daemon.Address);
        using BusConnection second = BusConnection.OpenBus(loop, daemon.Address);
        await Task.WhenAll(first.Ready, second.Ready);
        Assert.StartsWith(":1.", first.UniqueName, StringComparison.Ordinal);
        List<string> owners = [];
        using SignalMatch match = second.AddMatch(
            "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.qemu'",
            signal =>
            {
                MessageReader reader = signal.Reader;
                reader.Skip("ss"u8);
                owners.Add(reader.ReadString());
            });
        await match.Installed;

        Assert.Equal(RequestNameResult.PrimaryOwner, await first.RequestNameAsync("org.qemu"));
        Assert.Equal(RequestNameResult.AlreadyOwner, await first.RequestNameAsync("org.qemu"));
        Assert.Equal(RequestNameResult.InQueue, await second.RequestNameAsync("org.qemu"));
        Assert.Equal([first.UniqueName!, second.UniqueName!], await second.ListQueuedOwnersAsync("org.qemu"));
        Assert.True(await first.ReleaseNameAsync("org.qemu"));
        await loop.Until(() => owners.Count == 2);

        Assert.Equal([first.UniqueName!, second.UniqueName!], owners);
        Assert.Equal(RequestNameResult.Exists, await first.RequestNameAsync("org.qemu", RequestNameFlags.DoNotQueue));
        Assert.Equal(
            "org.freedesktop.DBus.Error.AccessDenied",
            (await Assert.ThrowsAsync<DBusErrorException>(() => first.RequestNameAsync("org.example.Forbidden"))).Name);
        Assert.Equal(
            ErrorNames.ServiceUnknown,
            (await Assert.ThrowsAsync<DBusErrorException>(
                () => first.CallAsync(new MethodCall("org.example.Nobody", "/a", "b.c", "D")))).Name);
    });

    [Fact]
    public void Properties_are_read_set_and_announced() => PollLoop.Run(async loop =>
    {
        using BusDaemon daemon = new();
        using BusConnection service = BusConnection.OpenBus(loop, daemon.Address);
        using BusConnection client = BusConnection.OpenBus(loop, daemon.Address);
        await Task.WhenAll(service.Ready, client.Ready);
        uint width = 640;
        using ExportedObject thing = new(
            service, Root,
            new ExportedInterface(Iface)
                .AddProperty("Width", "u", w => w.WriteUInt32(width), r => width = r.ReadUInt32())
                .AddProperty("Names", "as", static w => w.WriteStringArray(["a", "b"]))
                .AddMethod("Add", "ii", "i", static (ref IncomingCall call) =>
                {
                    MessageReader r = call.Reader;
                    call.Reply(r.ReadInt32() + r.ReadInt32(), static (w, sum) => w.WriteInt32(sum));
                }),
            new ExportedInterface("org.example.Empty"));
        List<string> changes = [];
        client.AddMatch($"type='signal',sender='{service.UniqueName}',member='PropertiesChanged'", signal =>
        {
            MessageReader r = signal.Reader;
            string name = r.ReadString();
            r.EnterArray("{sv}"u8);
            r.EnterDictEntry("sv"u8);
            string property = r.ReadString();
            Assert.Equal("u", Encoding.UTF8.GetString(r.EnterVariant()));
            changes.Add($"{name}.{property}={r.ReadUInt32()}");
            r.Exit();
            r.Exit();
            r.Exit();
            Assert.Empty(r.ReadStringArray());
        });
        MethodCall Properties(string member) => new(service.UniqueName, Root, "org.freedesktop.DBus.Properties", member);
        void Name(MessageWriter w, string property)
        {
            w.WriteString(Iface);
            w.WriteString(property);
        }
        async Task<string> Error(MethodCall target, MessageWriterAction? body) =>
            (await Assert.ThrowsAsync<DBusErrorException>(() => client.CallAsync(target, body))).Name;

        (await client.CallAsync(Properties("Set"), w =>
        {
            Name(w, "Width");
            w.OpenVariant("u"u8);
            w.WriteUInt32(1920);
            w.Close();
        })).Dispose();
        thing.EmitPropertiesChanged(Iface, "Width");
        string all = await client.CallAsync(Properties("GetAll"), static w => w.WriteString(Iface), static r =>
        {
            StringBuilder text = new();
            r.EnterArray("{sv}"u8);
            while (!r.AtEnd)
            {
                r.EnterDictEntry("sv"u8);
                text.Append(r.ReadString()).Append(':').Append(Encoding.UTF8.GetString(r.EnterVariant())).Append(' ');
                r.Exit();
                r.Exit();
            }
            return text.ToString();
        });
        Task<bool> EmptyGetAll(string name) => client.CallAsync(Properties("GetAll"), w => w.WriteString(name), static r =>
        {
            r.EnterArray("{sv}"u8);
            return r.AtEnd;
        });

        Assert.Equal(1920u, width);
        Assert.Equal("Width:u Names:as ", all);
        Assert.True(await EmptyGetAll("org.example.Empty"));
        Assert.True(await EmptyGetAll("org.freedesktop.DBus.Peer"));
        Assert.Equal(5, await client.CallAsync(
            new MethodCall(service.UniqueName, Root, Iface, "Add"),
            static w =>
            {
                w.WriteInt32(2);
                w.WriteInt32(3);
            },
            static r => r.ReadInt32()));
        Assert.Equal(ErrorNames.InvalidArgs, await Error(new MethodCall(service.UniqueName, Root, Iface, "Add"), null));
        Assert.Equal(ErrorNames.UnknownInterface, await Error(Properties("GetAll"), static w => w.WriteString("org.example.Other")));
        Assert.Equal(ErrorNames.UnknownProperty, await Error(Properties("Get"), w => Name(w, "Height")));
        Assert.Equal(ErrorNames.InvalidArgs, await Error(Properties("Set"), w =>
        {
            Name(w, "Width");
            w.OpenVariant("s"u8);
            w.WriteString("wide");
            w.Close();
        }));
        Assert.Equal(ErrorNames.PropertyReadOnly, await Error(Properties("Set"), w =>
        {
            Name(w, "Names");
            w.OpenVariant("s"u8);
            w.WriteString("x");
            w.Close();
        }));
        await loop.Until(() => changes.Count > 0);
        Assert.Equal([Iface + ".Width=1920"], changes);
        (await client.CallAsync(new MethodCall(service.UniqueName, Root, "org.freedesktop.DBus.Peer", "Ping"))).Dispose();
    });

    [Fact]
    public void Managed_objects_are_listed_announced_and_introspected() => PollLoop.Run(async loop =>
    {
        using BusDaemon daemon = new();
        using BusConnection service = BusConnection.OpenBus(loop, daemon.Address);
        using BusConnection client = BusConnection.OpenBus(loop, daemon.Address);
        await Task.WhenAll(service.Ready, client.Ready);
        using ObjectManager manager = new(service, Root, new ExportedInterface("org.example.Manager"));
        List<string> events = [];
        SignalMatch match = client.AddMatch($"type='signal',sender='{service.UniqueName}',path='{Root}'", signal =>
            events.Add(Encoding.UTF8.GetString(signal.Member) + " " + signal.Reader.ReadObjectPath()));
        await match.Installed;

        ExportedObject one = manager.Add(Root + "/Vm/1", new ExportedInterface(Iface)
            .AddProperty("Name", "s", static w => w.WriteString("first"))
            .AddMethod("Do", "a{sv}(ii)h", "as", static (ref IncomingCall _) => { }));
        manager.Add(Root + "/Vm/2", new ExportedInterface(Iface));
        string objects = await client.CallAsync(
            new MethodCall(service.UniqueName, Root, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"), null, static r =>
            {
                StringBuilder text = new();
                r.EnterArray("{oa{sa{sv}}}"u8);
                while (!r.AtEnd)
                {
                    r.EnterDictEntry("oa{sa{sv}}"u8);
                    text.Append(r.ReadObjectPath()).Append(' ');
                    r.EnterArray("{sa{sv}}"u8);
                    r.EnterDictEntry("sa{sv}"u8);
                    text.Append(r.ReadString()).Append(' ');
                    r.Exit();
                    r.Exit();
                    r.Exit();
                }
                return text.ToString();
            });
        Task<string> Introspect(string path) => client.CallAsync(
            new MethodCall(service.UniqueName, path, "org.freedesktop.DBus.Introspectable", "Introspect"), null, static r => r.ReadString());
        string rootXml = await Introspect(Root);
        string xml = await Introspect(one.Path);
        Assert.True(manager.Remove(one));
        Assert.False(manager.Remove(one));
        await loop.Until(() => events.Count == 3);

        Assert.Equal($"{Root}/Vm/1 {Iface} {Root}/Vm/2 {Iface} ", objects);
        Assert.Equal([$"InterfacesAdded {Root}/Vm/1", $"InterfacesAdded {Root}/Vm/2", $"InterfacesRemoved {Root}/Vm/1"], events);
        System.Xml.Linq.XElement root = System.Xml.Linq.XElement.Parse(rootXml);
        Assert.Equal(["Vm"], root.Elements("node").Select(n => n.Attribute("name")!.Value));
        System.Xml.Linq.XElement method = System.Xml.Linq.XElement.Parse(xml).Descendants("method").Single(m => m.Attribute("name")!.Value == "Do");
        Assert.Equal(["a{sv}", "(ii)", "h", "as"], method.Elements("arg").Select(a => a.Attribute("type")!.Value));
        Assert.Throws<ArgumentException>(() => manager.Add("/elsewhere"));
    });

    [Fact]
    public void Fds_pass_through_the_bus_and_its_death_is_reported() => PollLoop.Run(async loop =>
    {
        using BusDaemon daemon = new();
        using BusConnection service = BusConnection.OpenBus(loop, daemon.Address);
        using BusConnection client = BusConnection.OpenBus(loop, daemon.Address);
        List<string> ends = [];
        service.Closed += end => ends.Add("service " + end.Reason);
        client.Closed += end => ends.Add("client " + end.Reason);
        await service.Ready;
        using SafeFileHandle memory = Libc.Memfd("over the bus"u8);
        service.Export("/fd", new LambdaHandler((ref IncomingCall call) =>
        {
            if (call.MemberIs("Wait"u8))
                call.Defer();
            else
                call.Reply(memory, static (w, fd) => w.WriteFd(fd));
            return true;
        }));

        using (DBusReply reply = await client.CallAsync(new MethodCall(service.UniqueName, "/fd", "a.b", "Give")))
        {
            using SafeFileHandle fd = reply.Reader.ReadFd();
            Assert.Equal("over the bus"u8.ToArray(), Libc.ReadAll((int)fd.DangerousGetHandle(), 100));
        }
        Task<DBusReply> waiting = client.CallAsync(new MethodCall(service.UniqueName, "/fd", "a.b", "Wait"));
        await loop.Until(() => service.DeferredCount == 1);
        daemon.Kill();

        Assert.Equal(DisconnectReason.PeerClosed, (await Assert.ThrowsAsync<DBusDisconnectedException>(() => waiting)).Reason);
        await loop.Until(() => ends.Count == 2);
        Assert.Equal(["client PeerClosed", "service PeerClosed"], ends.Order(StringComparer.Ordinal));
        Assert.Equal((0, 0), (loop.WatchCount, loop.HookCount));
    });

    [Fact]
    public void Bus_that_does_not_exist_is_named_in_the_error()
    {
        PollLoop loop = new();
        int fds = Libc.CountFds();

        DBusDisconnectedException missing = Assert.Throws<DBusDisconnectedException>(
            () => BusConnection.OpenBus(loop, "unix:path=/nonexistent/bus"));

        Assert.Equal(DisconnectReason.ConnectFailed, missing.Reason);
        Assert.Contains("/nonexistent/bus", missing.Message, StringComparison.Ordinal);
        Assert.Equal(fds, Libc.CountFds());
    }
}
