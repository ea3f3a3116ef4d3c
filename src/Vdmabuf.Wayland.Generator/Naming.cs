using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator;

/// <summary>How the protocol's names become C# names.</summary>
internal static class Naming
{
    /// <summary>Names that every proxy class has already; a request or event of that name is renamed.</summary>
    private static readonly HashSet<string> s_taken = new(StringComparer.Ordinal)
    {
        "CreateUnbound", "Dispose", "Display", "Equals", "Finalize", "GetHashCode", "GetType", "Handle", "Id",
        "Interface", "InterfaceName", "InterfaceVersion", "IsReleased", "MemberwiseClone", "ReferenceEquals",
        "SetQueue", "ToString", "Version",
    };

    /// <summary><c>zwp_linux_dmabuf_v1</c> becomes <c>ZwpLinuxDmabufV1</c>.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (string word in name.Split(['_', '-'], StringSplitOptions.RemoveEmptyEntries))
            text.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        if (text.Length == 0 || char.IsDigit(text[0])) text.Insert(0, '_');
        return text.ToString();
    }

    /// <summary><c>hotspot_x</c> becomes <c>hotspotX</c>; keywords get an @.</summary>
    public static string Camel(string name)
    {
        string pascal = Pascal(name);
        string camel = char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
        return SyntaxFacts.GetKeywordKind(camel) != SyntaxKind.None ? "@" + camel : camel;
    }

    /// <summary><c>wl_output.transform</c> becomes <c>WlOutputTransform</c>.</summary>
    public static string EnumType(string interfaceName, string enumName)
    {
        string[] parts = ReferenceChecker.Qualify(interfaceName, enumName).Split('.');
        return Pascal(parts[0]) + Pascal(parts[1]);
    }

    public static string Request(InterfaceModel item, MessageModel request)
    {
        string name = Pascal(request.Name);
        return s_taken.Contains(name) || name == Pascal(item.Name) ? name + "Request" : name;
    }

    /// <summary>An event is named as in the protocol, with "On" before it where a request has that name.</summary>
    public static string Event(InterfaceModel item, MessageModel message)
    {
        string name = Pascal(message.Name);
        bool collides = s_taken.Contains(name) || name == Pascal(item.Name)
            || item.Requests.Any(request => Request(item, request) == name);
        return collides ? "On" + name : name;
    }

    /// <summary>Entry names; two that become the same keep their underscores.</summary>
    public static IEnumerable<string> Entries(EnumModel model)
    {
        var count = model.Entries.GroupBy(entry => Pascal(entry.Name)).ToDictionary(group => group.Key, group => group.Count());
        return model.Entries.Select(entry => count[Pascal(entry.Name)] == 1 ? Pascal(entry.Name) : "_" + entry.Name);
    }
}
