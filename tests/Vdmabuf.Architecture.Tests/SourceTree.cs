using System.Reflection;
using System.Text.RegularExpressions;

namespace Vdmabuf.Architecture.Tests;

/// <summary>The checkout as text: what these tests look at.</summary>
internal static partial class SourceTree
{
    internal static string Root { get; } = typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>Name of each project under src, and the projects it references.</summary>
    internal static Dictionary<string, string[]> References { get; } = Directory
        .GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(
            path => Path.GetFileNameWithoutExtension(path),
            path => ProjectReference().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value).ToArray());

    /// <summary>Every source file under src, relative to it, with its lines.</summary>
    internal static (string Path, string[] Lines)[] Files { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(Path.Combine(Root, "src"), path), File.ReadAllLines(path))),
    ];

    [GeneratedRegex("ProjectReference Include=\"[^\"]*/([^/\"]+)\\.csproj\"")]
    private static partial Regex ProjectReference();
}
