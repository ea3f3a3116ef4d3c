using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>Writes the body of a message being built. A view that owns nothing; do not keep it.</summary>
public readonly ref struct MessageWriter
{
    private readonly nint _message;

    internal MessageWriter(nint message) => _message = message;

    /// <summary>Writes y.</summary>
    public void WriteByte(byte value) => Write('y', value);

    /// <summary>Writes b.</summary>
    public void WriteBool(bool value) => Write('b', value ? 1 : 0);

    /// <summary>Writes n.</summary>
    public void WriteInt16(short value) => Write('n', value);

    /// <summary>Writes q.</summary>
    public void WriteUInt16(ushort value) => Write('q', value);

    /// <summary>Writes i.</summary>
    public void WriteInt32(int value) => Write('i', value);

    /// <summary>Writes u.</summary>
    public void WriteUInt32(uint value) => Write('u', value);

    /// <summary>Writes x.</summary>
    public void WriteInt64(long value) => Write('x', value);

    /// <summary>Writes t.</summary>
    public void WriteUInt64(ulong value) => Write('t', value);

    /// <summary>Writes d.</summary>
    public void WriteDouble(double value) => Write('d', value);

    /// <summary>Writes a string (s), encoded straight into the message.</summary>
    /// <exception cref="ArgumentException">The text contains a NUL character.</exception>
    public unsafe void WriteString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        RefuseNul(value.Contains('\0', StringComparison.Ordinal));
        int count = Encoding.UTF8.GetByteCount(value);
        // SAFETY: sd-bus hands out count writable bytes (and writes the NUL behind them itself).
        Check(NativeMethods.sd_bus_message_append_string_space(_message, (nuint)count, out byte* space), 's');
        Encoding.UTF8.GetBytes(value, new Span<byte>(space, count));
    }

    /// <summary>Writes a string (s) that is UTF-8 already.</summary>
    /// <exception cref="ArgumentException">Not UTF-8, or it contains a NUL.</exception>
    public unsafe void WriteString(ReadOnlySpan<byte> utf8)
    {
        RefuseNul(utf8.Contains((byte)0));
        if (!Utf8.IsValid(utf8))
            throw new ArgumentException($"Not UTF-8: {Convert.ToHexString(utf8[..Math.Min(utf8.Length, 32)])}.", nameof(utf8));
        // SAFETY: as above.
        Check(NativeMethods.sd_bus_message_append_string_space(_message, (nuint)utf8.Length, out byte* space), 's');
        utf8.CopyTo(new Span<byte>(space, utf8.Length));
    }

    /// <summary>Writes a prepared string (s).</summary>
    public void WriteString(NativeString value) => WriteText('s', value);

    /// <summary>Writes an object path (o).</summary>
    /// <exception cref="ArgumentException">Not an object path.</exception>
    public void WriteObjectPath(string path) => WriteText('o', new NativeString(path));

    /// <summary>Writes a prepared object path (o).</summary>
    /// <exception cref="ArgumentException">Not an object path.</exception>
    public void WriteObjectPath(NativeString path) => WriteText('o', path);

    /// <summary>Writes a signature (g).</summary>
    /// <exception cref="ArgumentException">Not a signature.</exception>
    public void WriteSignature(string signature) => WriteText('g', new NativeString(signature));

    /// <summary>Writes an fd (h); sd-bus duplicates it, <paramref name="fd"/> stays the caller's.</summary>
    /// <exception cref="NotSupportedException">The peer did not agree to fd passing.</exception>
    public void WriteFd(SafeHandle fd)
    {
        ArgumentNullException.ThrowIfNull(fd);
        bool held = false;
        try
        {
            fd.DangerousAddRef(ref held);
            Write('h', (int)fd.DangerousGetHandle());
        }
        finally
        {
            if (held)
                fd.DangerousRelease();
        }
    }

    /// <summary>Writes ay.</summary>
    public void WriteByteArray(ReadOnlySpan<byte> data) => WriteArray('y', data);

    /// <summary>Writes au.</summary>
    public void WriteUInt32Array(ReadOnlySpan<uint> data) => WriteArray('u', data);

    /// <summary>Writes as.</summary>
    public void WriteStringArray(ReadOnlySpan<string> items)
    {
        OpenArray("s"u8);
        foreach (string item in items)
            WriteString(item);
        Close();
    }

    /// <summary>Opens an array of <paramref name="element"/> ("u", "{sv}", "h", …).</summary>
    public void OpenArray(ReadOnlySpan<byte> element) => Open('a', element);

    /// <summary>Opens a structure with the given members.</summary>
    public void OpenStruct(ReadOnlySpan<byte> members) => Open('r', members);

    /// <summary>Opens a variant that holds one complete type.</summary>
    public void OpenVariant(ReadOnlySpan<byte> contents) => Open('v', contents);

    /// <summary>Opens a dictionary entry inside an array of them; <paramref name="keyAndValue"/> is e.g. "sv".</summary>
    public void OpenDictEntry(ReadOnlySpan<byte> keyAndValue) => Open('e', keyAndValue);

    /// <summary>Closes the container opened last.</summary>
    /// <exception cref="InvalidOperationException">It is incomplete, or none is open.</exception>
    public void Close() => Errno.ThrowIfNegative(NativeMethods.sd_bus_message_close_container(_message), "Closing a container");

    private unsafe void Write<T>(char type, T value)
        where T : unmanaged
    {
        // SAFETY: T has the size sd-bus reads for this type code; the value is a local.
        Check(NativeMethods.sd_bus_message_append_basic(_message, (byte)type, &value), type);
    }

    private unsafe void WriteText(char type, NativeString value)
    {
        if (value.IsNull)
            throw new ArgumentException("The default NativeString is no string.", nameof(value));
        // SAFETY: the text is pinned until KeepAlive; sd-bus validates and copies it.
        int result = NativeMethods.sd_bus_message_append_basic(_message, (byte)type, value.Pointer);
        value.KeepAlive();
        if (result == Errno.Invalid)
            throw new ArgumentException($"'{value}' is not a value of D-Bus type '{type}'.", nameof(value));
        Check(result, type);
    }

    private unsafe void WriteArray<T>(char type, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        // SAFETY: pinned for the call; the size is in bytes and sd-bus copies.
        fixed (T* first = data)
            Check(NativeMethods.sd_bus_message_append_array(_message, (byte)type, first, (nuint)data.Length * (nuint)sizeof(T)), type);
    }

    private unsafe void Open(char type, ReadOnlySpan<byte> contents)
    {
        Span<byte> buffer = stackalloc byte[SignatureBuffer.Size];
        SignatureBuffer.Terminate(contents, buffer);
        // SAFETY: the buffer is on the stack and NUL-terminated; sd-bus copies it.
        fixed (byte* signature = buffer)
            Check(NativeMethods.sd_bus_message_open_container(_message, (byte)type, signature), type);
    }

    private static void Check(int result, char type)
    {
        if (result >= 0)
            return;
        if (result == Errno.NotSupported && type == 'h')
            throw new NotSupportedException("The peer did not agree to pass file descriptors over this connection.");
        throw new InvalidOperationException(
            $"Cannot append a value of D-Bus type '{type}': {Errno.Text(result)}; it does not fit the container that is open.");
    }

    private static void RefuseNul(bool found)
    {
        if (found)
            throw new ArgumentException("A D-Bus string cannot contain a NUL character.");
    }
}
