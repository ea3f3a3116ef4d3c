using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator;

/// <summary>Checks what a file says about interfaces and enums that may be in other files.</summary>
internal static class ReferenceChecker
{
    public static IEnumerable<ProtocolProblem> Check(ProtocolModel protocol, Catalog catalog)
    {
        foreach (InterfaceModel item in protocol.Interfaces)
        {
            foreach (ArgumentModel argument in item.Requests.Concat(item.Events).SelectMany(message => message.Arguments))
            {
                if (argument.Enum is { } name && !catalog.HasEnum(Qualify(item.Name, name)))
                    yield return new ProtocolProblem(
                        Diagnostics.UnknownEnum.Id, $"argument '{argument.Name}' refers to the enum '{name}', which no file defines", argument.Position);

                // An object of an unknown interface can still be passed along untyped; a new one cannot be made.
                if (argument is { Kind: ArgumentKind.NewId, Interface: { } target } && !catalog.HasInterface(target))
                    yield return new ProtocolProblem(
                        Diagnostics.UnknownNewId.Id, $"argument '{argument.Name}' makes a '{target}', which no file defines", argument.Position);
            }
        }
    }

    public static IEnumerable<ProtocolProblem> FindDuplicates(IEnumerable<ProtocolModel> protocols)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ProtocolModel protocol in protocols)
        {
            foreach (InterfaceModel item in protocol.Interfaces)
            {
                if (seen.TryGetValue(item.Name, out string first))
                    yield return new ProtocolProblem(
                        Diagnostics.DuplicateInterface.Id, $"'{item.Name}' is defined in {first} already", item.Position);
                else
                    seen.Add(item.Name, protocol.FileName);
            }
        }
    }

    /// <summary>The full name of an enum as seen from an interface.</summary>
    public static string Qualify(string interfaceName, string enumName) =>
        enumName.Contains(".") ? enumName : interfaceName + "." + enumName;
}
