using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>
/// A scripted QEMU with a D-Bus display, on the loop of what it is tested with: behaves like the real one as far as the
/// specification says, and sends what a test tells it to.
/// </summary>
internal sealed class FakeQemu : IMessageHandler, IDisposable
{
    private readonly IEventLoop _loop;

    internal FakeQemu(IEventLoop loop, int heads = 1)
    {
        _loop = loop;
        for (uint head = 0; head < heads; head++) Consoles.Add(new FakeConsole(loop, head, head));
    }

    internal string Name { get; set; } = "scripted";

    internal string Uuid { get; set; } = "00000000-0000-0000-0000-000000000000";

    internal List<FakeConsole> Consoles { get; } = [];

    internal FakeListener Listener => Consoles[0].Listener;

    /// <summary>Told instead of the consoles there are.</summary>
    internal uint[]? ConsoleIds { get; set; }

    /// <summary>Type of the Name property's value, where it is to be a wrong one.</summary>
    internal bool AnswersNonsense { get; set; }

    internal BusConnection? Control { get; private set; }

    internal FakeQmp? Qmp { get; private set; }

    internal FakeQmp ServeMonitor(string path)
    {
        Qmp = new FakeQmp(_loop, path) { ClientAdded = AddClient };
        return Qmp;
    }

    /// <summary>add_client: the objects move to the new connection and the old one is dropped.</summary>
    internal void AddClient(SafeFileHandle socket)
    {
        Control?.Dispose();
        Serve(BusConnection.OpenPeerServer(_loop, socket));
    }

    /// <summary>Exports the objects, on a bus or a private connection; owns it from here on.</summary>
    internal void Serve(BusConnection connection)
    {
        Control = connection;
        connection.Export("/org/qemu/Display1/VM", this);
        foreach (FakeConsole console in Consoles) connection.Export($"/org/qemu/Display1/Console_{console.Index}", console);
    }

    internal void ChangeProperty(uint console, string iface, string property, object value) => Assert.True(Control!.EmitSignal(
        $"/org/qemu/Display1/Console_{console}", "org.freedesktop.DBus.Properties", "PropertiesChanged", writer =>
        {
            writer.WriteString(iface);
            writer.OpenArray("{sv}"u8);
            FakeConsole.WriteProperty(writer, property, value);
            writer.Close();
            writer.WriteStringArray([]);
        }));

    public bool Handle(ref IncomingCall call)
    {
        if (!call.MemberIs("GetAll"u8)) return false;
        bool nonsense = AnswersNonsense;
        call.Reply(writer =>
        {
            if (nonsense)
            {
                writer.WriteUInt32(42);
                return;
            }
            writer.OpenArray("{sv}"u8);
            FakeConsole.WriteProperty(writer, "Name", Name);
            FakeConsole.WriteProperty(writer, "UUID", Uuid);
            FakeConsole.WriteProperty(writer, "ConsoleIDs", ConsoleIds ?? [.. Consoles.Select(console => console.Index)]);
            FakeConsole.WriteProperty(writer, "Interfaces", (string[])[]);
            writer.Close();
        });
        return true;
    }

    /// <summary>The process ends: every socket closes.</summary>
    public void Dispose()
    {
        Qmp?.Dispose();
        Control?.Dispose();
        foreach (FakeConsole console in Consoles) console.Dispose();
    }
}
