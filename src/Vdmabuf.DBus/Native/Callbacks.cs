using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vdmabuf.DBus.Native;

/// <summary>
/// The functions sd-bus calls. The userdata is a <see cref="GCHandle"/> of the <see cref="Registration"/>, alive until
/// its slot is released; no exception leaves them, because <see cref="Registration.OnMessage"/> throws none.
/// </summary>
internal static unsafe class Callbacks
{
    // SAFETY (all): address of a static UnmanagedCallersOnly method of the right C signature (sd_bus_message_handler_t).
    public static delegate* unmanaged[Cdecl]<nint, nint, nint, int> Message => &OnMessage;

    public static delegate* unmanaged[Cdecl]<nint, nint, nint, int> Installed => &OnInstalled;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnMessage(nint message, nint userdata, nint error) => Find(userdata).OnMessage(message);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnInstalled(nint message, nint userdata, nint error) => Find(userdata).OnInstalled(message);

    private static Registration Find(nint userdata) => (Registration)GCHandle.FromIntPtr(userdata).Target!;
}
