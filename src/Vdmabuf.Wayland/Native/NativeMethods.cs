using System.Runtime.InteropServices;

namespace Vdmabuf.Wayland.Native;

/// <summary>The part of libwayland-client that is used. Nothing here calls a variadic function.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Client = "libwayland-client.so.0";

    /// <summary>WL_MARSHAL_FLAG_DESTROY: the proxy is destroyed together with sending the request.</summary>
    public const uint MarshalFlagDestroy = 1;

    [LibraryImport(Client, EntryPoint = "wl_display_connect", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial nint DisplayConnect(string? name);

    [LibraryImport(Client, EntryPoint = "wl_display_connect_to_fd", SetLastError = true)]
    public static partial nint DisplayConnectToFd(int fd);

    [LibraryImport(Client, EntryPoint = "wl_display_disconnect")]
    public static partial void DisplayDisconnect(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_get_fd")]
    public static partial int DisplayGetFd(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_get_error")]
    public static partial int DisplayGetError(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_get_protocol_error")]
    public static partial uint DisplayGetProtocolError(nint display, NativeInterface** type, uint* id);

    [LibraryImport(Client, EntryPoint = "wl_display_flush", SetLastError = true)]
    public static partial int DisplayFlush(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_prepare_read")]
    public static partial int DisplayPrepareRead(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_prepare_read_queue")]
    public static partial int DisplayPrepareReadQueue(nint display, nint queue);

    [LibraryImport(Client, EntryPoint = "wl_display_read_events")]
    public static partial int DisplayReadEvents(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_dispatch_pending")]
    public static partial int DisplayDispatchPending(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_dispatch_queue_pending")]
    public static partial int DisplayDispatchQueuePending(nint display, nint queue);

    [LibraryImport(Client, EntryPoint = "wl_display_roundtrip")]
    public static partial int DisplayRoundtrip(nint display);

    [LibraryImport(Client, EntryPoint = "wl_display_roundtrip_queue")]
    public static partial int DisplayRoundtripQueue(nint display, nint queue);

    [LibraryImport(Client, EntryPoint = "wl_display_create_queue")]
    public static partial nint DisplayCreateQueue(nint display);

    [LibraryImport(Client, EntryPoint = "wl_event_queue_destroy")]
    public static partial void EventQueueDestroy(nint queue);

    [LibraryImport(Client, EntryPoint = "wl_proxy_create_wrapper")]
    public static partial nint ProxyCreateWrapper(nint proxy);

    [LibraryImport(Client, EntryPoint = "wl_proxy_wrapper_destroy")]
    public static partial void ProxyWrapperDestroy(nint wrapper);

    [LibraryImport(Client, EntryPoint = "wl_proxy_set_queue")]
    public static partial void ProxySetQueue(nint proxy, nint queue);

    [LibraryImport(Client, EntryPoint = "wl_proxy_destroy")]
    public static partial void ProxyDestroy(nint proxy);

    [LibraryImport(Client, EntryPoint = "wl_proxy_get_id")]
    public static partial uint ProxyGetId(nint proxy);

    [LibraryImport(Client, EntryPoint = "wl_proxy_get_user_data")]
    public static partial nint ProxyGetUserData(nint proxy);

    [LibraryImport(Client, EntryPoint = "wl_proxy_get_listener")]
    public static partial nint ProxyGetListener(nint proxy);

    [LibraryImport(Client, EntryPoint = "wl_proxy_add_dispatcher")]
    public static partial int ProxyAddDispatcher(
        nint proxy,
        delegate* unmanaged[Cdecl]<nint, nint, uint, nint, WaylandArgument*, int> dispatcher,
        nint dispatcherData,
        nint userData);

    [LibraryImport(Client, EntryPoint = "wl_proxy_marshal_array_flags")]
    public static partial nint ProxyMarshalArrayFlags(
        nint proxy, uint opcode, nint type, uint version, uint flags, WaylandArgument* arguments);

    [LibraryImport(Client, EntryPoint = "wl_log_set_handler_client")]
    public static partial void LogSetHandlerClient(delegate* unmanaged[Cdecl]<byte*, nint, void> handler);

    [LibraryImport("libc", EntryPoint = "vsnprintf")]
    public static partial int FormatVariadic(byte* buffer, nuint size, byte* format, nint arguments);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    /// <summary>MSG_PEEK: look without taking.</summary>
    public const int ReceivePeek = 0x2;

    /// <summary>MSG_DONTWAIT: do not block.</summary>
    public const int ReceiveDontWait = 0x40;

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int fd, byte* buffer, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "pread64", SetLastError = true)]
    public static partial nint PositionedRead(int fd, byte* target, nuint count, long offset);
}
