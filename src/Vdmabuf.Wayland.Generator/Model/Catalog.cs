namespace Vdmabuf.Wayland.Generator.Model;

/// <summary>
/// What one file may refer to in another: the names of all interfaces and enums. Kept apart from the models so that
/// a change to a message regenerates only its own file.
/// </summary>
internal sealed record Catalog(EquatableArray<string> Interfaces, EquatableArray<string> Enums)
{
    public static Catalog Of(IEnumerable<ProtocolModel> protocols)
    {
        var interfaces = protocols.SelectMany(protocol => protocol.Interfaces).ToArray();
        return new Catalog(
            new EquatableArray<string>(interfaces.Select(item => item.Name).Distinct().OrderBy(Identity, StringComparer.Ordinal)),
            new EquatableArray<string>(interfaces.SelectMany(item => item.Enums.Select(entry => item.Name + "." + entry.Name))
                .Distinct().OrderBy(Identity, StringComparer.Ordinal)));

        static string Identity(string name) => name;
    }

    public bool HasInterface(string name) => Interfaces.Contains(name);

    public bool HasEnum(string qualifiedName) => Enums.Contains(qualifiedName);
}
