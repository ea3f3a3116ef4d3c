using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator.Emit;

/// <summary>Writes an enum; its values are those on the wire.</summary>
internal static class EnumEmitter
{
    public static void Emit(CodeWriter writer, InterfaceModel item, EnumModel model)
    {
        writer.Line();
        writer.Summary(model.Summary, $"The enum {model.Name} of {item.Name}.");
        if (model.IsBitField) writer.Line("[Flags]");
        writer.Open($"public enum {Naming.EnumType(item.Name, model.Name)} : uint");
        bool first = true;
        foreach ((EntryModel entry, string name) in model.Entries.Zip(Naming.Entries(model), (entry, name) => (entry, name)))
        {
            if (!first) writer.Line();
            first = false;
            string since = entry.Since > 1 ? $", since version {entry.Since}" : "";
            writer.Summary(entry.Summary, $"{entry.Name}{since}.");
            writer.Line($"{name} = {entry.Value}u,");
        }

        writer.Close();
    }
}
