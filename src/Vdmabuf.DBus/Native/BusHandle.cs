using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.DBus.Native;

/// <summary>Owns an sd_bus: closes it (with its socket, without flushing) and drops the reference.</summary>
internal sealed class BusHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public BusHandle()
        : base(ownsHandle: true)
    {
        int result = NativeMethods.sd_bus_new(out nint bus);
        Errno.ThrowIfNegative(result, "sd_bus_new");
        SetHandle(bus);
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.sd_bus_close_unref(handle);
        return true;
    }
}
