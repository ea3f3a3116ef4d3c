using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>
/// Reads the body of a message in order, in place. A view that owns nothing: spans and borrowed fds are valid while
/// the message is, that is until the handler returns or the <see cref="DBusReply"/> is disposed. Copies share one
/// position. Every read checks the type; what does not fit throws <see cref="DBusFormatException"/>.
/// </summary>
public readonly ref struct MessageReader
{
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC

    private readonly nint _message;

    internal MessageReader(nint message) => _message = message;

    /// <summary>Whether the current container (or the message) has nothing left to read.</summary>
    public bool AtEnd => NativeMethods.sd_bus_message_at_end(_message, 0) != 0;

    /// <summary>The signature of the whole body.</summary>
    public ReadOnlySpan<byte> Signature => new Message(_message).Signature;

    /// <summary>Goes back to the first argument.</summary>
    public void Rewind() => Errno.ThrowIfNegative(NativeMethods.sd_bus_message_rewind(_message, 1), "sd_bus_message_rewind");

    /// <summary>Reads a byte (y).</summary>
    public byte ReadByte() => Read<byte>('y');

    /// <summary>Reads a boolean (b).</summary>
    public bool ReadBool() => Read<int>('b') != 0;

    /// <summary>Reads n.</summary>
    public short ReadInt16() => Read<short>('n');

    /// <summary>Reads q.</summary>
    public ushort ReadUInt16() => Read<ushort>('q');

    /// <summary>Reads i.</summary>
    public int ReadInt32() => Read<int>('i');

    /// <summary>Reads u.</summary>
    public uint ReadUInt32() => Read<uint>('u');

    /// <summary>Reads x.</summary>
    public long ReadInt64() => Read<long>('x');

    /// <summary>Reads t.</summary>
    public ulong ReadUInt64() => Read<ulong>('t');

    /// <summary>Reads d.</summary>
    public double ReadDouble() => Read<double>('d');

    /// <summary>Reads a string (s) into a new managed one.</summary>
    public string ReadString() => Encoding.UTF8.GetString(ReadText('s'));

    /// <summary>Reads a string (s) in place: valid UTF-8, no NUL.</summary>
    public ReadOnlySpan<byte> ReadStringSpan() => ReadText('s');

    /// <summary>Reads an object path (o) into a new managed string.</summary>
    public string ReadObjectPath() => Encoding.UTF8.GetString(ReadText('o'));

    /// <summary>Reads an object path (o) in place.</summary>
    public ReadOnlySpan<byte> ReadObjectPathSpan() => ReadText('o');

    /// <summary>Reads a signature (g) into a new managed string.</summary>
    public string ReadSignature() => Encoding.UTF8.GetString(ReadText('g'));

    /// <summary>Reads ay in place.</summary>
    public ReadOnlySpan<byte> ReadByteArray() => ReadArray<byte>('y');

    /// <summary>Reads au in place (host byte order; a peer of the other order is refused).</summary>
    public ReadOnlySpan<uint> ReadUInt32Array() => ReadArray<uint>('u');

    /// <summary>Reads ai in place (host byte order; a peer of the other order is refused).</summary>
    public ReadOnlySpan<int> ReadInt32Array() => ReadArray<int>('i');

    /// <summary>Reads as into new managed strings.</summary>
    public string[] ReadStringArray()
    {
        List<string> items = [];
        EnterArray("s"u8);
        while (!AtEnd)
            items.Add(ReadString());
        Exit();
        return [.. items];
    }

    /// <summary>Reads an fd (h) that stays the message's: it is closed with it.</summary>
    public int ReadFdBorrowed() => Read<int>('h');

    /// <summary>Reads an fd (h) as a duplicate (close-on-exec) that the caller owns.</summary>
    /// <exception cref="IOException">The process has no fd left.</exception>
    public SafeFileHandle ReadFd()
    {
        int copy = NativeMethods.fcntl(ReadFdBorrowed(), DuplicateCloseOnExec, 3);
        if (copy < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new IOException(
                $"Cannot duplicate a received fd: {Errno.Text(-errno)}; raise LimitNOFILE or find the leak in /proc/self/fd.");
        }
        return new SafeFileHandle(copy, ownsHandle: true);
    }

    /// <summary>Enters an array whose elements have the signature <paramref name="element"/> ("h", "{sv}", …).</summary>
    public void EnterArray(ReadOnlySpan<byte> element) => Enter('a', element);

    /// <summary>Enters a dictionary entry, the element of an array of them; <paramref name="keyAndValue"/> is e.g. "sv".</summary>
    public void EnterDictEntry(ReadOnlySpan<byte> keyAndValue) => Enter('e', keyAndValue);

    /// <summary>Enters a structure with the given members.</summary>
    public void EnterStruct(ReadOnlySpan<byte> members) => Enter('r', members);

    /// <summary>Enters a variant that must hold <paramref name="contents"/>.</summary>
    public void EnterVariant(ReadOnlySpan<byte> contents) => Enter('v', contents);

    /// <summary>Enters a variant whatever it holds, and tells its signature.</summary>
    public unsafe ReadOnlySpan<byte> EnterVariant()
    {
        // SAFETY: peek_type lends a NUL-terminated signature that belongs to the message.
        int result = NativeMethods.sd_bus_message_peek_type(_message, out byte type, out byte* contents);
        if (result <= 0 || type != 'v')
            throw Mismatch(result, 'v', default);
        ReadOnlySpan<byte> signature = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(contents);
        Enter('v', signature);
        return signature;
    }

    /// <summary>Leaves the container entered last; what it has left unread is skipped.</summary>
    public unsafe void Exit()
    {
        // SAFETY: null asks sd-bus to skip one complete value of whatever type.
        while (!AtEnd)
        {
            int skipped = NativeMethods.sd_bus_message_skip(_message, null);
            if (skipped < 0)
                throw new DBusFormatException($"The rest of a container cannot be skipped: {Errno.Text(skipped)}.", "", "");
        }
        int result = NativeMethods.sd_bus_message_exit_container(_message);
        if (result < 0)
            throw new DBusFormatException($"Cannot leave the container: {Errno.Text(result)}.", "", "");
    }

    /// <summary>Skips values of the given signature.</summary>
    public unsafe void Skip(ReadOnlySpan<byte> signature)
    {
        Span<byte> buffer = stackalloc byte[SignatureBuffer.Size];
        SignatureBuffer.Terminate(signature, buffer);
        // SAFETY: the buffer is on the stack and NUL-terminated.
        fixed (byte* types = buffer)
        {
            int result = NativeMethods.sd_bus_message_skip(_message, types);
            if (result < 0)
                throw Mismatch(result, (char)(signature.Length > 0 ? signature[0] : 0), signature.Length > 1 ? signature[1..] : default);
        }
    }

    private unsafe T Read<T>(char type)
        where T : unmanaged
    {
        T value;
        // SAFETY: T has the size sd-bus writes for this type code (bool is an int, see sd_bus_message_read_basic(3)).
        int result = NativeMethods.sd_bus_message_read_basic(_message, (byte)type, &value);
        if (result <= 0)
            throw Mismatch(result, type, default);
        return value;
    }

    private unsafe ReadOnlySpan<byte> ReadText(char type)
    {
        byte* text;
        // SAFETY: for s, o and g sd-bus writes a pointer to a NUL-terminated, validated string of the message.
        int result = NativeMethods.sd_bus_message_read_basic(_message, (byte)type, &text);
        if (result <= 0)
            throw Mismatch(result, type, default);
        return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
    }

    private unsafe ReadOnlySpan<T> ReadArray<T>(char type)
        where T : unmanaged
    {
        // SAFETY: sd-bus checks that the array lies in the message and that its size is a multiple of the element;
        // D-Bus aligns the elements, an array is at most 64 MiB, so the count fits an int.
        int result = NativeMethods.sd_bus_message_read_array(_message, (byte)type, out void* data, out nuint size);
        if (result <= 0)
            throw Mismatch(result, 'a', [(byte)type]);
        return new ReadOnlySpan<T>(data, (int)(size / (nuint)sizeof(T)));
    }

    private unsafe void Enter(char type, ReadOnlySpan<byte> contents)
    {
        Span<byte> buffer = stackalloc byte[SignatureBuffer.Size];
        SignatureBuffer.Terminate(contents, buffer);
        // SAFETY: the buffer is on the stack and NUL-terminated.
        fixed (byte* signature = buffer)
        {
            int result = NativeMethods.sd_bus_message_enter_container(_message, (byte)type, signature);
            if (result <= 0)
                throw Mismatch(result, type, contents);
        }
    }

    private unsafe DBusFormatException Mismatch(int result, char type, ReadOnlySpan<byte> contents)
    {
        string expected = SignatureBuffer.Describe(type, Encoding.UTF8.GetString(contents));
        // SAFETY: as in EnterVariant; contents is null for basic types.
        int peeked = NativeMethods.sd_bus_message_peek_type(_message, out byte actualType, out byte* actualContents);
        string actual = peeked < 0 ? "malformed data"
            : peeked == 0 ? "the end"
            : SignatureBuffer.Describe(
                (char)actualType,
                actualContents is null ? "" : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(actualContents)));
        string whole = Encoding.UTF8.GetString(Signature);
        string why = result is Errno.NoSuchType or 0 ? "" : $" ({Errno.Text(result)})";
        return new DBusFormatException(
            $"Expected '{expected}', found '{actual}' in a message with signature '{whole}'{why}.", expected, actual);
    }
}
