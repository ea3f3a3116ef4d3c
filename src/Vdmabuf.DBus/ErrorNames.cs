namespace Vdmabuf.DBus;

/// <summary>The error names of the D-Bus specification that this binding sends or tells apart.</summary>
public static class ErrorNames
{
    /// <summary>Something went wrong that has no name of its own.</summary>
    public const string Failed = "org.freedesktop.DBus.Error.Failed";

    /// <summary>The object has no such method.</summary>
    public const string UnknownMethod = "org.freedesktop.DBus.Error.UnknownMethod";

    /// <summary>The object does not exist.</summary>
    public const string UnknownObject = "org.freedesktop.DBus.Error.UnknownObject";

    /// <summary>The object has no such interface.</summary>
    public const string UnknownInterface = "org.freedesktop.DBus.Error.UnknownInterface";

    /// <summary>The interface has no such property.</summary>
    public const string UnknownProperty = "org.freedesktop.DBus.Error.UnknownProperty";

    /// <summary>The property cannot be set.</summary>
    public const string PropertyReadOnly = "org.freedesktop.DBus.Error.PropertyReadOnly";

    /// <summary>The arguments have the wrong types or values.</summary>
    public const string InvalidArgs = "org.freedesktop.DBus.Error.InvalidArgs";

    /// <summary>A limit was reached; too many calls wait for an answer.</summary>
    public const string LimitsExceeded = "org.freedesktop.DBus.Error.LimitsExceeded";

    /// <summary>No answer within the timeout (made up by sd-bus on our side).</summary>
    public const string NoReply = "org.freedesktop.DBus.Error.NoReply";

    /// <summary>Nobody owns the bus name.</summary>
    public const string ServiceUnknown = "org.freedesktop.DBus.Error.ServiceUnknown";

    /// <summary>The owner of a bus name went away before it answered.</summary>
    public const string NameHasNoOwner = "org.freedesktop.DBus.Error.NameHasNoOwner";
}
