using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator;

/// <summary>Turns a protocol file into a model; everything wrong with it becomes a problem with file and line.</summary>
internal sealed class ProtocolParser
{
    private readonly string _path;
    private readonly List<ProtocolProblem> _problems = [];

    private ProtocolParser(string path) => _path = path;

    public static ParseResult Parse(string path, string text)
    {
        var parser = new ProtocolParser(path);
        ProtocolModel? model = parser.ParseDocument(text);
        return new ParseResult(parser._problems.Count == 0 ? model : null, new EquatableArray<ProtocolProblem>(parser._problems));
    }

    private ProtocolModel? ParseDocument(string text)
    {
        XElement root;
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
            using var reader = XmlReader.Create(new StringReader(text), settings);
            root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException error)
        {
            var position = new SourcePosition(_path, Math.Max(0, error.LineNumber - 1), Math.Max(0, error.LinePosition - 1));
            _problems.Add(new ProtocolProblem(Diagnostics.InvalidXml.Id, error.Message, position));
            return null;
        }

        if (root.Name != "protocol")
        {
            Report(Diagnostics.InvalidXml.Id, $"the root element is <{root.Name}>, not <protocol>", root);
            return null;
        }

        return new ProtocolModel(
            Required(root, "name"), Path.GetFileName(_path), Each(root, "interface", ParseInterface));
    }

    private InterfaceModel ParseInterface(XElement element) => new(
        Required(element, "name"),
        Number(element, "version", null),
        Summary(element),
        Each(element, "request", ParseMessage),
        Each(element, "event", ParseMessage),
        Each(element, "enum", ParseEnum),
        PositionOf(element));

    private MessageModel ParseMessage(XElement element) => new(
        Required(element, "name"),
        Number(element, "since", 1),
        Number(element, "deprecated-since", 0),
        (string?)element.Attribute("type") == "destructor",
        Summary(element),
        Each(element, "arg", ParseArgument));

    private ArgumentModel ParseArgument(XElement element)
    {
        string name = Required(element, "name");
        string type = Required(element, "type");
        ArgumentKind? kind = type switch
        {
            "int" => ArgumentKind.Int,
            "uint" => ArgumentKind.UInt,
            "fixed" => ArgumentKind.Fixed,
            "string" => ArgumentKind.String,
            "object" => ArgumentKind.Object,
            "new_id" => ArgumentKind.NewId,
            "array" => ArgumentKind.Array,
            "fd" => ArgumentKind.Fd,
            _ => null,
        };
        if (kind is null && type.Length > 0)
            Report(Diagnostics.UnknownType.Id, $"argument '{name}' has the unknown type '{type}'", element);
        return new ArgumentModel(
            name,
            kind ?? ArgumentKind.Int,
            (string?)element.Attribute("interface"),
            (string?)element.Attribute("allow-null") == "true",
            (string?)element.Attribute("enum"),
            PositionOf(element));
    }

    private EnumModel ParseEnum(XElement element) => new(
        Required(element, "name"),
        (string?)element.Attribute("bitfield") == "true",
        Summary(element),
        Each(element, "entry", ParseEntry));

    private EntryModel ParseEntry(XElement element) => new(
        Required(element, "name"),
        Number(element, "value", null),
        Number(element, "since", 1),
        (string?)element.Attribute("summary") ?? Summary(element));

    private static EquatableArray<T> Each<T>(XElement parent, string name, Func<XElement, T> parse)
        where T : IEquatable<T> => new(parent.Elements(name).Select(parse));

    private static string Summary(XElement element) =>
        (string?)element.Element("description")?.Attribute("summary") ?? "";

    private string Required(XElement element, string attribute)
    {
        string value = (string?)element.Attribute(attribute) ?? "";
        if (value.Length == 0)
            Report(Diagnostics.InvalidAttribute.Id, $"<{element.Name}> has no '{attribute}'", element);
        return value;
    }

    private uint Number(XElement element, string attribute, uint? fallback)
    {
        string? text = (string?)element.Attribute(attribute);
        if (text is null && fallback is not null) return fallback.Value;
        if (TryParse(text ?? "", out uint value)) return value;
        Report(Diagnostics.InvalidAttribute.Id, $"<{element.Name}> has '{attribute}' = '{text}', which is no number of 32 bits", element);
        return 0;
    }

    private static bool TryParse(string text, out uint value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? uint.TryParse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private void Report(string id, string message, XElement element) =>
        _problems.Add(new ProtocolProblem(id, message, PositionOf(element)));

    private SourcePosition PositionOf(XElement element)
    {
        IXmlLineInfo info = element;
        return new SourcePosition(_path, Math.Max(0, info.LineNumber - 1), Math.Max(0, info.LinePosition - 1));
    }
}
