using System.Runtime.InteropServices;

namespace Vdmabuf.DBus.Native;

/// <summary>
/// One slot of sd-bus: an exported object, a match or a pending call. Owned by the connection, which releases what
/// is left when it ends; releasing early (also from within the callback) is allowed and idempotent.
/// </summary>
internal abstract class Registration : IDisposable
{
    private GCHandle _self;
    private nint _slot;

    protected Registration(BusConnection connection)
    {
        Connection = connection;
        _self = GCHandle.Alloc(this);
    }

    public BusConnection Connection { get; }

    public bool IsReleased => !_self.IsAllocated;

    /// <summary>Called by sd-bus on the loop's thread; must not throw. Nonzero: handled.</summary>
    public abstract int OnMessage(nint message);

    /// <summary>The bus answered to the installation of a match; must not throw.</summary>
    public virtual int OnInstalled(nint message) => 1;

    /// <summary>Serves calls to <paramref name="path"/>.</summary>
    public unsafe int AttachObject(nint bus, string path)
    {
        // SAFETY (all three): the handle passed as userdata lives until the slot is released in Dispose.
        int result = NativeMethods.sd_bus_add_object(bus, out _slot, path, Callbacks.Message, GCHandle.ToIntPtr(_self));
        return Attached(result);
    }

    /// <summary>Receives what <paramref name="rule"/> selects; on a message bus the rule is installed without waiting.</summary>
    public unsafe int AttachMatch(nint bus, string rule, bool onMessageBus)
    {
        int result = onMessageBus
            ? NativeMethods.sd_bus_add_match_async(bus, out _slot, rule, Callbacks.Message, Callbacks.Installed, GCHandle.ToIntPtr(_self))
            : NativeMethods.sd_bus_add_match(bus, out _slot, rule, Callbacks.Message, GCHandle.ToIntPtr(_self));
        return Attached(result);
    }

    /// <summary>Sends a call and waits for its reply.</summary>
    public unsafe int AttachCall(nint bus, Message call, ulong timeoutMicroseconds)
    {
        int result = NativeMethods.sd_bus_call_async(
            bus, out _slot, call.Pointer, Callbacks.Message, GCHandle.ToIntPtr(_self), timeoutMicroseconds);
        return Attached(result);
    }

    public void Dispose()
    {
        if (!_self.IsAllocated)
            return;
        if (_slot != 0)
            NativeMethods.sd_bus_slot_unref(_slot);
        _slot = 0;
        _self.Free();
        Connection.Forget(this);
    }

    private int Attached(int result)
    {
        if (result < 0)
        {
            _slot = 0;
            Dispose();
        }
        return result;
    }
}
