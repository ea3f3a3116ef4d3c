namespace Vdmabuf.DBus;

/// <summary>The peer does not read what it is sent: the call was not made, the connection lives on.</summary>
public sealed class DBusQueueFullException : Exception
{
    internal DBusQueueFullException(int limit)
        : base($"{limit} messages already wait for the D-Bus peer to read them; it hangs. Wait for it, or close the connection.")
    {
    }
}
