using System.Runtime.InteropServices;

namespace Vdmabuf.DBus.Native;

/// <summary>
/// The entry points of libsystemd's sd-bus that this binding uses; all of them exist since libsystemd 252 or
/// earlier, none takes variable arguments. Names are those of the header. Results below zero are -errno.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "libsystemd.so.0";

    /// <summary>sd_id128_t: 16 bytes, passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Id128
    {
        public ulong Low;
        public ulong High;
    }

    /// <summary>sd_bus_error.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BusError
    {
        public byte* Name;
        public byte* Message;
        public int NeedFree;
    }

    // Connection.
    [LibraryImport(Library)]
    internal static partial int sd_bus_new(out nint bus);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_close_unref(nint bus);

    [LibraryImport(Library)]
    internal static partial void sd_bus_close(nint bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_set_fd(nint bus, int input, int output);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_set_address(nint bus, string address);

    [LibraryImport(Library)]
    internal static partial int sd_bus_set_bus_client(nint bus, int enable);

    [LibraryImport(Library)]
    internal static partial int sd_bus_set_server(nint bus, int enable, Id128 id);

    [LibraryImport(Library)]
    internal static partial int sd_bus_negotiate_fds(nint bus, int enable);

    [LibraryImport(Library)]
    internal static partial int sd_bus_start(nint bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_is_open(nint bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_is_ready(nint bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_get_unique_name(nint bus, out byte* name);

    [LibraryImport(Library)]
    internal static partial int sd_bus_get_fd(nint bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_get_events(nint bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_get_timeout(nint bus, out ulong microseconds);

    [LibraryImport(Library)]
    internal static partial int sd_bus_get_n_queued_write(nint bus, out ulong count);

    [LibraryImport(Library)]
    internal static partial int sd_bus_process(nint bus, nint message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_send(nint bus, nint message, nint cookie);

    [LibraryImport(Library)]
    internal static partial int sd_bus_call_async(
        nint bus, out nint slot, nint message, delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback, nint userdata, ulong microseconds);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_add_object(
        nint bus, out nint slot, string path, delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback, nint userdata);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_add_match(
        nint bus, out nint slot, string rule, delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback, nint userdata);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_add_match_async(
        nint bus, out nint slot, string rule, delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> installed, nint userdata);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_slot_unref(nint slot);

    // Messages.
    [LibraryImport(Library)]
    internal static partial nint sd_bus_message_ref(nint message);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_message_unref(nint message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_new_method_call(
        nint bus, out nint message, byte* destination, byte* path, byte* iface, byte* member);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_message_new_method_call(
        nint bus, out nint message, string? destination, string path, string iface, string member);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_message_new_signal(nint bus, out nint message, string path, string iface, string member);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_new_method_return(nint call, out nint message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_new_method_error(nint call, out nint message, in BusError error);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_set_expect_reply(nint message, int expect);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_get_expect_reply(nint message);

    [LibraryImport(Library)]
    internal static partial byte* sd_bus_message_get_path(nint message);

    [LibraryImport(Library)]
    internal static partial byte* sd_bus_message_get_interface(nint message);

    [LibraryImport(Library)]
    internal static partial byte* sd_bus_message_get_member(nint message);

    [LibraryImport(Library)]
    internal static partial byte* sd_bus_message_get_sender(nint message);

    [LibraryImport(Library)]
    internal static partial byte* sd_bus_message_get_signature(nint message, int complete);

    [LibraryImport(Library)]
    internal static partial BusError* sd_bus_message_get_error(nint message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_is_method_error(nint message, byte* name);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_append_basic(nint message, byte type, void* value);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_append_string_space(nint message, nuint size, out byte* space);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_append_array(nint message, byte type, void* data, nuint size);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_open_container(nint message, byte type, byte* contents);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_close_container(nint message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_read_basic(nint message, byte type, void* value);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_read_array(nint message, byte type, out void* data, out nuint size);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_peek_type(nint message, out byte type, out byte* contents);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_enter_container(nint message, byte type, byte* contents);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_exit_container(nint message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_at_end(nint message, int complete);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_skip(nint message, byte* types);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_rewind(nint message, int complete);

    /// <summary>fcntl(2); the one command used takes an int, which the Linux ABIs pass as if it were a named argument.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int name, out int value, ref uint size);
}
