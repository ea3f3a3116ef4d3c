namespace Vdmabuf.Wayland;

/// <summary>The compositor ended the connection because of a request it holds to be wrong.</summary>
public sealed class WaylandProtocolException : WaylandException
{
    internal WaylandProtocolException(string? interfaceName, uint objectId, uint code, string? codeName, string? serverMessage)
        : base($"{interfaceName ?? "an object that is gone"}@{objectId} error {code} ({codeName ?? "no name known"})"
            + (serverMessage is null ? "" : $"; libwayland logged: {serverMessage}"))
    {
        InterfaceName = interfaceName;
        ObjectId = objectId;
        Code = code;
        CodeName = codeName;
        ServerMessage = serverMessage;
    }

    /// <summary>The interface of the object the error was raised on; null if the object is gone.</summary>
    public string? InterfaceName { get; }

    /// <summary>The object's id; 0 if the object is gone.</summary>
    public uint ObjectId { get; }

    /// <summary>The code, which has a meaning in that interface only.</summary>
    public uint Code { get; }

    /// <summary>The protocol's name of the code, where it has one.</summary>
    public string? CodeName { get; }

    /// <summary>The compositor's own words as libwayland logged them, where it did.</summary>
    public string? ServerMessage { get; }
}
