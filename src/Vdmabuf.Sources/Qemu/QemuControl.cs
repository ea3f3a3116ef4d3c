using System.Runtime.InteropServices;
using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Qemu;

/// <summary>What QEMU says of a console when it is attached.</summary>
/// <param name="Index">The number in its object path.</param>
/// <param name="Head">Head of its device, from 0.</param>
/// <param name="IsGraphic">False for a text console.</param>
/// <param name="Width">Current width in pixels.</param>
/// <param name="Height">Current height in pixels.</param>
internal readonly record struct ConsoleFacts(uint Index, uint Head, bool IsGraphic, uint Width, uint Height);

/// <summary>
/// The control connection to one QEMU: peer-to-peer, or the unique name of a VM on a bus. Owns the connection.
/// Source: QEMU D-Bus display §3, §5.1.
/// </summary>
internal sealed class QemuControl : IDisposable
{
    /// <summary>More consoles than this are not believed.</summary>
    private const int MaxConsoles = 64;

    private readonly string? _destination;

    internal QemuControl(BusConnection connection, string? destination)
    {
        Connection = connection;
        _destination = destination;
        connection.Closed += reason => End(reason.Message);
    }

    /// <summary>Raised once, when QEMU (or the bus) is gone, with the reason.</summary>
    internal event Action<string>? Ended;

    internal BusConnection Connection { get; }

    internal bool IsClosed { get; private set; }

    /// <summary>What a call to QEMU may fail with, whatever QEMU does: errors, nonsense, silence, the end.</summary>
    internal static bool IsCallFailure(Exception error) => error is DBusErrorException or DBusDisconnectedException
        or DBusFormatException or DBusQueueFullException or ObjectDisposedException or NotSupportedException;

    /// <summary>Receives the property changes of this VM's objects; on a bus there are those of other VMs too.</summary>
    internal void MatchPropertyChanges(SignalHandler handler)
    {
        string sender = _destination is null ? "" : $",sender='{_destination}'";
        Connection.AddMatch(
            $"type='signal',interface='{Properties.Interface}',member='PropertiesChanged',path_namespace='/org/qemu/Display1'{sender}", handler);
    }

    internal NativeMethodCall Prepare(uint console, string iface, string member) =>
        new(new MethodCall(_destination, QemuNames.ConsolePath(console), iface, member));

    /// <summary>Name and console numbers of the VM.</summary>
    internal async Task<(string Name, string Uuid, uint[] Consoles)> ReadVmAsync()
    {
        string name = "QEMU", uuid = "";
        uint[] consoles = [];
        using DBusReply reply = await GetAllAsync(QemuNames.VmPath, QemuNames.Vm).ConfigureAwait(true);
        Properties.Read(reply.Reader, (property, value) =>
        {
            switch (property)
            {
                case "Name": name = value.Text ?? name; break;
                case "UUID": uuid = value.Text ?? uuid; break;
                case "ConsoleIDs": consoles = value.Numbers ?? consoles; break;
            }
        });
        return (name, uuid, [.. consoles.Distinct().Take(MaxConsoles)]);
    }

    internal async Task<ConsoleFacts> ReadConsoleAsync(uint index)
    {
        uint head = 0, width = 0, height = 0;
        bool graphic = true;
        using DBusReply reply = await GetAllAsync(QemuNames.ConsolePath(index), QemuNames.Console).ConfigureAwait(true);
        Properties.Read(reply.Reader, (property, value) =>
        {
            switch (property)
            {
                case "Head": head = value.Number; break;
                case "Type": graphic = value.Text != "Text"; break;
                case "Width": width = value.Number; break;
                case "Height": height = value.Number; break;
            }
        });
        return new ConsoleFacts(index, head, graphic, width, height);
    }

    internal async Task<bool> IsAbsoluteAsync(uint console)
    {
        bool absolute = false;
        using DBusReply reply = await GetAllAsync(QemuNames.ConsolePath(console), QemuNames.Mouse).ConfigureAwait(true);
        Properties.Read(reply.Reader, (property, value) =>
        {
            if (property == "IsAbsolute") absolute = value.Flag;
        });
        return absolute;
    }

    /// <summary>Hands one end of a socket to QEMU; it stays the caller's here (sd-bus sends a duplicate).</summary>
    internal async Task RegisterListenerAsync(uint console, SafeHandle socket)
    {
        var call = new MethodCall(_destination, QemuNames.ConsolePath(console), QemuNames.Console, "RegisterListener");
        using DBusReply reply = await Connection.CallAsync(call, writer => writer.WriteFd(socket)).ConfigureAwait(true);
    }

    internal async Task SetUiInfoAsync(uint console, WantedMode mode)
    {
        var call = new MethodCall(_destination, QemuNames.ConsolePath(console), QemuNames.Console, "SetUIInfo");
        using DBusReply reply = await Connection.CallAsync(call, writer =>
        {
            writer.WriteUInt16(mode.WidthMillimetres);
            writer.WriteUInt16(mode.HeightMillimetres);
            writer.WriteInt32(0);
            writer.WriteInt32(0);
            writer.WriteUInt32(mode.Width);
            writer.WriteUInt32(mode.Height);
        }).ConfigureAwait(true);
    }

    /// <summary>The VM is gone, though the connection (a bus) may live on.</summary>
    internal void End(string reason)
    {
        if (IsClosed) return;
        IsClosed = true;
        Ended?.Invoke(reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsClosed = true;
        Connection.Dispose();
    }

    private Task<DBusReply> GetAllAsync(string path, string iface) =>
        Connection.CallAsync(new MethodCall(_destination, path, Properties.Interface, "GetAll"), writer => writer.WriteString(iface));
}
