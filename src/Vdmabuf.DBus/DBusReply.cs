using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>
/// A reply that is not an error. Owns the message with its fds and bytes: dispose it when read. One that is forgotten
/// is released by its finalizer, on the loop's thread.
/// </summary>
public sealed class DBusReply : IDisposable
{
    private readonly BusConnection _connection;
    private nint _message;

    internal DBusReply(BusConnection connection, Message message)
    {
        _connection = connection;
        message.Ref();
        _message = message.Pointer;
    }

    /// <summary>Releases a forgotten reply.</summary>
    ~DBusReply()
    {
        if (_message != 0)
            _connection.UnrefOnLoop(_message);
    }

    /// <summary>Reads the arguments; all readers of one reply share one position.</summary>
    /// <exception cref="ObjectDisposedException">The reply is disposed.</exception>
    public MessageReader Reader
    {
        get
        {
            ObjectDisposedException.ThrowIf(_message == 0, this);
            return new MessageReader(_message);
        }
    }

    /// <summary>Releases the message; spans and borrowed fds from it become invalid.</summary>
    public void Dispose()
    {
        nint message = _message;
        _message = 0;
        GC.SuppressFinalize(this);
        if (message != 0)
            new Message(message).Unref();
    }
}
