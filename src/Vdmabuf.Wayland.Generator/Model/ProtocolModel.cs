namespace Vdmabuf.Wayland.Generator.Model;

/// <summary>A protocol file, as data that compares by value.</summary>
internal sealed record ProtocolModel(string Name, string FileName, EquatableArray<InterfaceModel> Interfaces);

/// <summary>An interface; requests and events are in wire order, so that the index is the opcode.</summary>
internal sealed record InterfaceModel(
    string Name,
    uint Version,
    string Summary,
    EquatableArray<MessageModel> Requests,
    EquatableArray<MessageModel> Events,
    EquatableArray<EnumModel> Enums,
    SourcePosition Position);

/// <summary>A request or an event.</summary>
internal sealed record MessageModel(
    string Name,
    uint Since,
    uint DeprecatedSince,
    bool IsDestructor,
    string Summary,
    EquatableArray<ArgumentModel> Arguments)
{
    /// <summary>libwayland's signature: the version if above 1, then a letter for each argument.</summary>
    public string Signature =>
        (Since > 1 ? Since.ToString(System.Globalization.CultureInfo.InvariantCulture) : "")
        + string.Concat(Arguments.Select(argument => argument.Signature));
}

/// <summary>An argument of a message.</summary>
internal sealed record ArgumentModel(
    string Name, ArgumentKind Kind, string? Interface, bool AllowNull, string? Enum, SourcePosition Position)
{
    /// <summary>A new_id without an interface travels as interface name, version and id.</summary>
    public bool IsUntypedNewId => Kind is ArgumentKind.NewId && Interface is null;

    /// <summary>The letters of libwayland's signature.</summary>
    public string Signature => (AllowNull ? "?" : "") + Kind switch
    {
        ArgumentKind.Int => "i",
        ArgumentKind.UInt => "u",
        ArgumentKind.Fixed => "f",
        ArgumentKind.String => "s",
        ArgumentKind.Object => "o",
        ArgumentKind.NewId => IsUntypedNewId ? "sun" : "n",
        ArgumentKind.Array => "a",
        _ => "h",
    };
}

/// <summary>The types a message argument can have.</summary>
internal enum ArgumentKind
{
    Int,
    UInt,
    Fixed,
    String,
    Object,
    NewId,
    Array,
    Fd,
}

/// <summary>An enum of an interface.</summary>
internal sealed record EnumModel(string Name, bool IsBitField, string Summary, EquatableArray<EntryModel> Entries);

/// <summary>An entry of an enum.</summary>
internal sealed record EntryModel(string Name, uint Value, uint Since, string Summary);

/// <summary>A place in a protocol file, counted from 0 as Roslyn does.</summary>
internal sealed record SourcePosition(string Path, int Line, int Column);
