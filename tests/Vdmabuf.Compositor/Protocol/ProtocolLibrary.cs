using System.Collections.Concurrent;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Vdmabuf.Compositor.Protocol;

/// <summary>Every interface found in a folder of Wayland protocol files.</summary>
public sealed class ProtocolLibrary
{
    private static readonly ConcurrentDictionary<string, ProtocolLibrary> Cache = new();

    private readonly Dictionary<string, InterfaceSpec> _interfaces = [];

    private ProtocolLibrary(string folder) => Folder = folder;

    public string Folder { get; }

    public IReadOnlyDictionary<string, InterfaceSpec> Interfaces => _interfaces;

    /// <summary>The interface, or an error that says where it was looked for.</summary>
    public InterfaceSpec this[string name] => _interfaces.TryGetValue(name, out InterfaceSpec? spec)
        ? spec
        : throw new ArgumentException($"No protocol file in {Folder} declares {name}.");

    /// <summary>Reads every *.xml under a folder. Where two declare the same interface, the higher version counts.</summary>
    public static ProtocolLibrary Load(string folder) => Cache.GetOrAdd(Path.GetFullPath(folder), static path =>
    {
        var library = new ProtocolLibrary(path);
        foreach (string file in Directory.EnumerateFiles(path, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            library.Read(file);
        return library._interfaces.Count > 0
            ? library
            : throw new InvalidOperationException($"{path} holds no Wayland protocol file.");
    });

    /// <summary>The repository's protocols/wayland, found by walking up to Vdmabuf.sln.</summary>
    public static string FindProjectFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vdmabuf.sln")))
                return Path.Combine(folder.FullName, "protocols", "wayland");
        }
        throw new DirectoryNotFoundException($"No Vdmabuf.sln above {AppContext.BaseDirectory}; set CompositorOptions.ProtocolFolder.");
    }

    private void Read(string file)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore };
        using XmlReader reader = XmlReader.Create(file, settings);
        foreach (XElement element in XDocument.Load(reader).Descendants("interface"))
        {
            InterfaceSpec spec = ReadInterface(element);
            if (!_interfaces.TryGetValue(spec.Name, out InterfaceSpec? known) || known.Version < spec.Version)
                _interfaces[spec.Name] = spec;
        }
    }

    private static InterfaceSpec ReadInterface(XElement element)
    {
        string name = Attribute(element, "name");
        var errors = new Dictionary<string, uint>();
        XElement? errorEnum = element.Elements("enum").FirstOrDefault(e => Attribute(e, "name") == "error");
        foreach (XElement entry in errorEnum?.Elements("entry") ?? [])
            errors[Attribute(entry, "name")] = Number(Attribute(entry, "value"));
        return new InterfaceSpec(
            name,
            Number(Attribute(element, "version")),
            element.Elements("request").Select(ReadMessage).ToArray(),
            element.Elements("event").Select(ReadMessage).ToArray(),
            errors);
    }

    private static MessageSpec ReadMessage(XElement element, int opcode) => new(
        Attribute(element, "name"),
        opcode,
        Number((string?)element.Attribute("since") ?? "1"),
        (string?)element.Attribute("type") == "destructor",
        element.Elements("arg").Select(ReadArg).ToArray());

    private static ArgSpec ReadArg(XElement element) => new(
        Attribute(element, "name"),
        Attribute(element, "type") switch
        {
            "int" => ArgKind.Int,
            "uint" => ArgKind.Uint,
            "fixed" => ArgKind.Fixed,
            "string" => ArgKind.String,
            "array" => ArgKind.Array,
            "object" => ArgKind.Object,
            "new_id" => ArgKind.NewId,
            "fd" => ArgKind.Fd,
            string other => throw new FormatException($"Unknown argument type {other}."),
        },
        (string?)element.Attribute("interface"),
        (string?)element.Attribute("allow-null") == "true");

    private static string Attribute(XElement element, string name) =>
        (string?)element.Attribute(name) ?? throw new FormatException($"<{element.Name}> lacks the attribute {name}.");

    private static uint Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? uint.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : uint.Parse(text, CultureInfo.InvariantCulture);
}
