using Vdmabuf.Core.Loop;
using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Qemu;

/// <summary>A VM found on a bus.</summary>
/// <param name="Name">QEMU's <c>-name</c>, or its version where it has none.</param>
/// <param name="Uuid">QEMU's <c>-uuid</c>.</param>
/// <param name="UniqueName">Its name on this bus, for as long as it runs.</param>
public readonly record struct BusVm(string Name, string Uuid, string UniqueName);

/// <summary>
/// A QEMU with <c>-display dbus</c> (or <c>,addr=</c>) on a bus. All VMs ask for the name org.qemu and queue for it,
/// so the queue is the list of VMs. Source: QEMU D-Bus display §2.
/// </summary>
public sealed class BusEndpoint : IQemuEndpoint
{
    private readonly IEventLoop _loop;
    private readonly string? _address;
    private string? _vm;

    /// <summary>
    /// <paramref name="address"/> null is the session bus; <paramref name="vm"/> is a name, UUID or unique name, null
    /// where only one VM is expected.
    /// </summary>
    public BusEndpoint(IEventLoop loop, string? address, string? vm)
    {
        _loop = loop;
        _address = address;
        _vm = vm;
    }

    /// <inheritdoc/>
    public string Description => $"{_vm ?? QemuNames.BusName} on {_address ?? "the session bus"}";

    /// <summary>All VMs on a bus, in the order in which they queue.</summary>
    /// <exception cref="DBusDisconnectedException">The bus cannot be reached.</exception>
    public static async Task<BusVm[]> ListAsync(IEventLoop loop, string? address)
    {
        using BusConnection bus = await OpenAsync(loop, address).ConfigureAwait(true);
        return await ListAsync(bus).ConfigureAwait(true);
    }

    async Task<QemuControl> IQemuEndpoint.ConnectAsync()
    {
        BusConnection bus = await OpenAsync(_loop, _address).ConfigureAwait(true);
        try
        {
            BusVm vm = Choose(await ListAsync(bus).ConfigureAwait(true));
            // A restarted VM has another unique name; it is known again by what does not change.
            _vm = vm.Uuid is "" or "00000000-0000-0000-0000-000000000000" ? vm.Name : vm.Uuid;
            var control = new QemuControl(bus, vm.UniqueName);
            bus.AddMatch(OwnerChanges($",arg0='{vm.UniqueName}'"), signal =>
            {
                if (ReadOwnerChange(signal).NewOwner.Length == 0) control.End("QEMU left the bus");
            });
            return control;
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    async Task<bool> IQemuEndpoint.WaitForReturnAsync(bool wasAttached, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                using BusConnection bus = await OpenAsync(_loop, _address).ConfigureAwait(true);
                TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                bool closed = false;
                bus.Closed += _ =>
                {
                    closed = true;
                    changed.TrySetResult();
                };
                // A VM that only queues changes no owner of org.qemu, but it first comes to the bus.
                bus.AddMatch(OwnerChanges(""), signal =>
                {
                    if (ReadOwnerChange(signal).NewOwner.Length > 0) changed.TrySetResult();
                });
                while (!closed)
                {
                    if (Matches(await ListAsync(bus).ConfigureAwait(true)).Length > 0) return true;
                    await changed.Task.WaitAsync(cancellation).ConfigureAwait(true);
                    changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    // It asks for its name a moment after it connected.
                    await Task.Delay(200, cancellation).ConfigureAwait(true);
                }
            }
            catch (Exception error) when (error is DBusDisconnectedException or DBusErrorException)
            {
                // The bus itself is gone; nothing tells when one comes back at the same address.
            }
            await Task.Delay(1000, cancellation).ConfigureAwait(true);
        }
    }

    private BusVm Choose(BusVm[] all)
    {
        BusVm[] fitting = Matches(all);
        if (fitting.Length == 1) return fitting[0];
        string where = _address ?? "the session bus", list = string.Join(", ", all.Select(vm => $"\"{vm.Name}\" ({vm.Uuid}, {vm.UniqueName})"));
        throw new QemuEndpointException(all.Length == 0
            ? $"no QEMU with a D-Bus display is on {where}. Start it with -display dbus"
            : fitting.Length == 0
                ? $"no VM on {where} is called \"{_vm}\"; there are: {list}"
                : $"{fitting.Length} VMs are on {where}; choose one with --vm: {list}");
    }

    private BusVm[] Matches(BusVm[] all) =>
        _vm is null ? all : [.. all.Where(vm => vm.Name == _vm || vm.UniqueName == _vm || string.Equals(vm.Uuid, _vm, StringComparison.OrdinalIgnoreCase))];

    private static async Task<BusConnection> OpenAsync(IEventLoop loop, string? address)
    {
        BusConnection bus = BusConnection.OpenBus(loop, address);
        try
        {
            await bus.Ready.ConfigureAwait(true);
            return bus;
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    private static async Task<BusVm[]> ListAsync(BusConnection bus)
    {
        string[] owners;
        try
        {
            owners = await bus.ListQueuedOwnersAsync(QemuNames.BusName).ConfigureAwait(true);
        }
        catch (DBusErrorException error) when (error.Name == "org.freedesktop.DBus.Error.NameHasNoOwner")
        {
            return [];
        }
        var found = new List<BusVm>(owners.Length);
        foreach (string owner in owners)
        {
            try
            {
                var call = new MethodCall(owner, QemuNames.VmPath, Properties.Interface, "GetAll");
                using DBusReply reply = await bus.CallAsync(call, writer => writer.WriteString(QemuNames.Vm), TimeSpan.FromSeconds(5)).ConfigureAwait(true);
                string name = "QEMU", uuid = "";
                Properties.Read(reply.Reader, (property, value) =>
                {
                    if (property == "Name") name = value.Text ?? name;
                    else if (property == "UUID") uuid = value.Text ?? uuid;
                });
                found.Add(new BusVm(name, uuid, owner));
            }
            catch (Exception error) when (error is DBusErrorException or DBusFormatException)
            {
                // It left while we asked, does not answer or answers nonsense: not one to attach to, and no reason to miss the others.
            }
        }
        return [.. found];
    }

    private static string OwnerChanges(string more) =>
        $"type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged'{more}";

    private static (string Name, string NewOwner) ReadOwnerChange(IncomingSignal signal)
    {
        MessageReader reader = signal.Reader;
        string name = reader.ReadString();
        reader.ReadStringSpan();
        return (name, reader.ReadString());
    }
}
