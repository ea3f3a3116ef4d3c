namespace Vdmabuf.Compositor.Protocol;

/// <summary>The argument types of the wire.</summary>
public enum ArgKind
{
    Int,
    Uint,
    Fixed,
    String,
    Array,
    Object,
    NewId,
    Fd,
}

/// <summary>One argument; <see cref="Interface"/> is null for plain values and for an untyped new_id.</summary>
public sealed record ArgSpec(string Name, ArgKind Kind, string? Interface, bool Nullable);

/// <summary>A request or an event.</summary>
public sealed record MessageSpec(string Name, int Opcode, uint Since, bool IsDestructor, IReadOnlyList<ArgSpec> Args);

/// <summary>An interface as its protocol file declares it.</summary>
public sealed class InterfaceSpec
{
    private readonly Dictionary<string, MessageSpec> _events;
    private readonly Dictionary<string, uint> _errors;

    internal InterfaceSpec(string name, uint version, IReadOnlyList<MessageSpec> requests, IReadOnlyList<MessageSpec> events, Dictionary<string, uint> errors)
    {
        Name = name;
        Version = version;
        Requests = requests;
        Events = events;
        _events = events.ToDictionary(e => e.Name);
        _errors = errors;
    }

    public string Name { get; }

    public uint Version { get; }

    public IReadOnlyList<MessageSpec> Requests { get; }

    public IReadOnlyList<MessageSpec> Events { get; }

    public MessageSpec Event(string name) => _events.TryGetValue(name, out MessageSpec? found)
        ? found
        : throw new ArgumentException($"{Name} has no event {name}; it has {string.Join(", ", _events.Keys)}.");

    /// <summary>The code of an entry of the interface's "error" enum.</summary>
    public uint Error(string name) => _errors.TryGetValue(name, out uint code)
        ? code
        : throw new ArgumentException($"{Name} has no error {name}; it has {string.Join(", ", _errors.Keys)}.");

    public override string ToString() => $"{Name} v{Version}";
}
