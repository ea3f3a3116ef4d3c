using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator.Emit;

/// <summary>Writes the description from which the runtime builds libwayland's wl_interface.</summary>
internal static class TableEmitter
{
    public static void Emit(CodeWriter writer, InterfaceModel item, Catalog catalog)
    {
        writer.Line("private static readonly WaylandInterface s_interface = new WaylandInterface(");
        writer.Line("    InterfaceName,");
        writer.Line("    InterfaceVersion,");
        EmitMessages(writer, item.Requests);
        EmitMessages(writer, item.Events);

        // The other interfaces are named in a lambda: they are looked up when first used, so that a cycle
        // (surface - output - surface) does not become a cycle of static constructors.
        string types = string.Join(", ", item.Requests.Concat(item.Events).SelectMany(message => message.Arguments)
            .SelectMany(argument => Types(argument, catalog)));
        writer.Line($"    static () => new WaylandInterface?[] {{ {types} }},".Replace("{  }", "{ }"));
        EmitErrorNames(writer, item);
        writer.Line();
    }

    private static void EmitMessages(CodeWriter writer, EquatableArray<MessageModel> messages)
    {
        if (messages.Count == 0)
        {
            writer.Line("    Array.Empty<WaylandMessage>(),");
            return;
        }

        writer.Line("    new WaylandMessage[]");
        writer.Line("    {");
        foreach (MessageModel message in messages)
            writer.Line($"        new WaylandMessage(\"{message.Name}\", \"{message.Signature}\"),");
        writer.Line("    },");
    }

    private static IEnumerable<string> Types(ArgumentModel argument, Catalog catalog)
    {
        if (argument.IsUntypedNewId) return ["null", "null", "null"];
        return argument.Interface is { } name && catalog.HasInterface(name)
            ? [Naming.Pascal(name) + ".Interface"]
            : ["null"];
    }

    private static void EmitErrorNames(CodeWriter writer, InterfaceModel item)
    {
        EnumModel? errors = item.Enums.FirstOrDefault(model => model.Name == "error");
        if (errors is null)
        {
            writer.Line("    static _ => null);");
            return;
        }

        writer.Line("    static code => code switch");
        writer.Line("    {");
        foreach (EntryModel entry in errors.Entries.GroupBy(entry => entry.Value).Select(group => group.First()))
            writer.Line($"        {entry.Value}u => \"{entry.Name}\",");
        writer.Line("        _ => null,");
        writer.Line("    });");
    }
}
