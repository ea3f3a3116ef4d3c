using Microsoft.CodeAnalysis;

namespace Vdmabuf.Wayland.Generator;

/// <summary>Everything the generator can complain about; each names the file and line of the XML.</summary>
internal static class Diagnostics
{
    public static readonly DiagnosticDescriptor InvalidXml = Error("VWG001", "The protocol file is not well-formed XML");
    public static readonly DiagnosticDescriptor InvalidAttribute = Error("VWG002", "A required attribute is missing or has an impossible value");
    public static readonly DiagnosticDescriptor UnknownType = Error("VWG003", "An argument has an unknown type");
    public static readonly DiagnosticDescriptor UnknownEnum = Error("VWG004", "An enum reference names no known enum");
    public static readonly DiagnosticDescriptor DuplicateInterface = Error("VWG005", "Two files define the same interface");
    public static readonly DiagnosticDescriptor UnknownNewId = Error("VWG006", "A new_id argument names an interface that no file defines");

    private static readonly DiagnosticDescriptor[] s_all =
        [InvalidXml, InvalidAttribute, UnknownType, UnknownEnum, DuplicateInterface, UnknownNewId];

    public static DiagnosticDescriptor Find(string id) => s_all.First(descriptor => descriptor.Id == id);

#pragma warning disable RS2000 // The ids are listed in AnalyzerReleases; the analyzer does not see through this helper.
    private static DiagnosticDescriptor Error(string id, string title) =>
        new(id, title, "{0}", "Wayland", DiagnosticSeverity.Error, isEnabledByDefault: true);
#pragma warning restore RS2000
}
