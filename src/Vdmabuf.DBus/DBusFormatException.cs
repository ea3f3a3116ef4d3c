namespace Vdmabuf.DBus;

/// <summary>A message does not hold what its reader expects; nothing was read.</summary>
public sealed class DBusFormatException : Exception
{
    /// <summary>Makes the exception; the signatures may be empty where they are not known.</summary>
    public DBusFormatException(string message, string expected, string actual)
        : base(message)
    {
        Expected = expected;
        Actual = actual;
    }

    /// <summary>The signature asked for.</summary>
    public string Expected { get; }

    /// <summary>The signature found at this place.</summary>
    public string Actual { get; }
}
