using System.Runtime.InteropServices;
using System.Text;

namespace Vdmabuf.DBus.Native;

/// <summary>
/// The header of a message and its making: a non-owning view of an sd_bus_message. Whoever made or referenced it
/// calls <see cref="Unref"/>.
/// </summary>
internal readonly struct Message(nint pointer)
{
    public nint Pointer { get; } = pointer;

    // SAFETY (all spans below): sd-bus keeps header strings inside the message and NUL-terminates them; the spans are
    // used while the caller holds a reference or runs in the callback that lends the message.
    public unsafe ReadOnlySpan<byte> Path => Span(NativeMethods.sd_bus_message_get_path(Pointer));

    public unsafe ReadOnlySpan<byte> Interface => Span(NativeMethods.sd_bus_message_get_interface(Pointer));

    public unsafe ReadOnlySpan<byte> Member => Span(NativeMethods.sd_bus_message_get_member(Pointer));

    public unsafe ReadOnlySpan<byte> Sender => Span(NativeMethods.sd_bus_message_get_sender(Pointer));

    public unsafe ReadOnlySpan<byte> Signature => Span(NativeMethods.sd_bus_message_get_signature(Pointer, 1));

    public bool ReplyExpected => NativeMethods.sd_bus_message_get_expect_reply(Pointer) > 0;

    public void Ref() => NativeMethods.sd_bus_message_ref(Pointer);

    public void Unref() => NativeMethods.sd_bus_message_unref(Pointer);

    public void SetNoReply() =>
        Errno.ThrowIfNegative(NativeMethods.sd_bus_message_set_expect_reply(Pointer, 0), "sd_bus_message_set_expect_reply");

    /// <summary>The remote error this message is, or null if it is an ordinary reply.</summary>
    public unsafe DBusErrorException? ToError()
    {
        // SAFETY: sd_bus_message_get_error returns memory of the message, null when it is not an error.
        if (NativeMethods.sd_bus_message_is_method_error(Pointer, null) <= 0)
            return null;
        NativeMethods.BusError* error = NativeMethods.sd_bus_message_get_error(Pointer);
        if (error is null)
            return new DBusErrorException(ErrorNames.Failed, "The peer answered with an error that has no name.");
        return new DBusErrorException(
            Encoding.UTF8.GetString(Span(error->Name)),
            error->Message is null ? "" : Encoding.UTF8.GetString(Span(error->Message)));
    }

    public static Message NewCall(nint bus, in MethodCall target)
    {
        int result = NativeMethods.sd_bus_message_new_method_call(
            bus, out nint message, target.Destination, target.Path, target.Interface, target.Member);
        if (result == Errno.Invalid)
            throw new ArgumentException($"Not a valid D-Bus method call: {target}.", nameof(target));
        Errno.ThrowIfNegative(result, "sd_bus_message_new_method_call");
        return new Message(message);
    }

    public static unsafe Message NewCall(nint bus, in NativeMethodCall target)
    {
        // SAFETY: the four pointers stay valid until KeepAlive; sd-bus copies the names into the message.
        int result = NativeMethods.sd_bus_message_new_method_call(
            bus, out nint message, target.Destination.Pointer, target.Path.Pointer, target.Interface.Pointer, target.Member.Pointer);
        target.KeepAlive();
        if (result == Errno.Invalid)
            throw new ArgumentException($"Not a valid D-Bus method call: {target}.", nameof(target));
        Errno.ThrowIfNegative(result, "sd_bus_message_new_method_call");
        return new Message(message);
    }

    public static Message NewSignal(nint bus, string path, string iface, string member)
    {
        int result = NativeMethods.sd_bus_message_new_signal(bus, out nint message, path, iface, member);
        if (result == Errno.Invalid)
            throw new ArgumentException($"Not a valid D-Bus signal: {path} {iface}.{member}.", nameof(member));
        Errno.ThrowIfNegative(result, "sd_bus_message_new_signal");
        return new Message(message);
    }

    public Message NewReturn()
    {
        Errno.ThrowIfNegative(NativeMethods.sd_bus_message_new_method_return(Pointer, out nint reply), "sd_bus_message_new_method_return");
        return new Message(reply);
    }

    public unsafe Message NewError(string name, string text)
    {
        NativeString nativeName = new(name);
        NativeString nativeText = new(text.Replace('\0', ' '));
        // SAFETY: both strings are pinned until KeepAlive and sd-bus copies them; NeedFree 0 leaves them ours.
        NativeMethods.BusError error = new() { Name = nativeName.Pointer, Message = nativeText.Pointer };
        int result = NativeMethods.sd_bus_message_new_method_error(Pointer, out nint reply, error);
        nativeName.KeepAlive();
        nativeText.KeepAlive();
        Errno.ThrowIfNegative(result, $"Making the error reply {name}");
        return new Message(reply);
    }

    // SAFETY: the caller passes null or a NUL-terminated string of the message.
    private static unsafe ReadOnlySpan<byte> Span(byte* text) =>
        text is null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
}
