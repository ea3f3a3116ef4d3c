using System.Text;

namespace Vdmabuf.DBus;

/// <summary>Where the session bus is.</summary>
internal static class SessionBusAddress
{
    /// <exception cref="DBusDisconnectedException">The environment does not tell.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS") is { Length: > 0 } address)
            return address;
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } directory)
            return "unix:path=" + Escape(directory) + "/bus";
        throw new DBusDisconnectedException(
            DisconnectReason.ConnectFailed,
            "There is no session bus: neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set. Log in to a session, run under dbus-run-session, or name an address.");
    }

    /// <summary>Escapes what is not allowed bare in an address value (D-Bus specification, server addresses).</summary>
    internal static string Escape(string value)
    {
        StringBuilder text = new(value.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(value))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "-_/.\\*".Contains((char)b, StringComparison.Ordinal))
                text.Append((char)b);
            else
                text.Append('%').Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
