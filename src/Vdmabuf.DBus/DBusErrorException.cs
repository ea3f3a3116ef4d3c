namespace Vdmabuf.DBus;

/// <summary>A D-Bus error reply: one that a peer sent, or one that a handler throws to answer with it.</summary>
public sealed class DBusErrorException : Exception
{
    /// <summary>Makes the error <paramref name="name"/> with a text for people.</summary>
    public DBusErrorException(string name, string message)
        : base(message) => Name = name;

    /// <summary>The error's name, e.g. org.qemu.Display1.Error.Invalid.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {base.ToString()}";
}
