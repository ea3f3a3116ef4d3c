using System.Text;

namespace Vdmabuf.DBus;

/// <summary>Describes an object to D-Bus tools. Names and signatures are D-Bus names, so nothing needs XML escapes.</summary>
internal static class IntrospectionXml
{
    private const string Standard = """
          <interface name="org.freedesktop.DBus.Peer">
            <method name="Ping"/>
            <method name="GetMachineId"><arg type="s" direction="out"/></method>
          </interface>
          <interface name="org.freedesktop.DBus.Introspectable">
            <method name="Introspect"><arg type="s" direction="out"/></method>
          </interface>
          <interface name="org.freedesktop.DBus.Properties">
            <method name="Get"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/></method>
            <method name="Set"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="in"/></method>
            <method name="GetAll"><arg type="s" direction="in"/><arg type="a{sv}" direction="out"/></method>
            <signal name="PropertiesChanged"><arg type="s"/><arg type="a{sv}"/><arg type="as"/></signal>
          </interface>

        """;

    public static string Write(string path, IEnumerable<ExportedInterface> interfaces, IEnumerable<string> exportedPaths)
    {
        StringBuilder xml = new("<node>\n");
        xml.Append(Standard);
        foreach (ExportedInterface item in interfaces)
            Write(xml, item);
        string prefix = path == "/" ? "/" : path + "/";
        // One path may lie deeper than a direct child; several may share it.
        HashSet<string> children = new(StringComparer.Ordinal);
        foreach (string exported in exportedPaths)
        {
            if (exported.Length <= prefix.Length || !exported.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            int slash = exported.IndexOf('/', prefix.Length);
            string child = slash < 0 ? exported[prefix.Length..] : exported[prefix.Length..slash];
            if (children.Add(child))
                xml.Append("  <node name=\"").Append(child).Append("\"/>\n");
        }
        return xml.Append("</node>\n").ToString();
    }

    private static void Write(StringBuilder xml, ExportedInterface item)
    {
        xml.Append("  <interface name=\"").Append(item.Name).Append("\">\n");
        foreach (ExportedMethod method in item.Methods)
        {
            xml.Append("    <method name=\"").Append(method.Name).Append("\">");
            Arguments(xml, method.Input, " direction=\"in\"");
            Arguments(xml, method.Output, " direction=\"out\"");
            xml.Append("</method>\n");
        }
        foreach (ExportedSignal signal in item.Signals)
        {
            xml.Append("    <signal name=\"").Append(signal.Name).Append("\">");
            Arguments(xml, signal.Signature, "");
            xml.Append("</signal>\n");
        }
        foreach (ExportedProperty property in item.Properties)
        {
            xml.Append("    <property name=\"").Append(property.Name).Append("\" type=\"").Append(property.Signature)
                .Append("\" access=\"").Append(property.Write is null ? "read" : "readwrite").Append("\"/>\n");
        }
        xml.Append("  </interface>\n");
    }

    private static void Arguments(StringBuilder xml, string signature, string direction)
    {
        for (int start = 0; start < signature.Length;)
        {
            int end = EndOfType(signature, start);
            xml.Append("<arg type=\"").Append(signature, start, end - start).Append('"').Append(direction).Append("/>");
            start = end;
        }
    }

    /// <summary>The index behind the complete type that begins at <paramref name="index"/>.</summary>
    internal static int EndOfType(string signature, int index)
    {
        while (index < signature.Length && signature[index] == 'a')
            index++;
        if (index >= signature.Length || signature[index] is not ('(' or '{'))
            return Math.Min(index + 1, signature.Length);
        int depth = 0;
        for (; index < signature.Length; index++)
        {
            if (signature[index] is '(' or '{')
                depth++;
            else if (signature[index] is ')' or '}' && --depth == 0)
                return index + 1;
        }
        return signature.Length;
    }
}
