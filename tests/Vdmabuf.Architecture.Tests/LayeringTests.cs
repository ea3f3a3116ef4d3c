using System.Text.RegularExpressions;

namespace Vdmabuf.Architecture.Tests;

/// <summary>Dependencies point downward only, and native code stays in its rooms (docs/architecture.md, "Layers").</summary>
public sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Vdmabuf.Core"] = [],
        ["Vdmabuf.Linux"] = ["Vdmabuf.Core"],
        ["Vdmabuf.DBus"] = ["Vdmabuf.Core"],
        ["Vdmabuf.Wayland.Generator"] = [],
        ["Vdmabuf.Wayland"] = ["Vdmabuf.Core", "Vdmabuf.Wayland.Generator"],
        ["Vdmabuf.Sources"] = ["Vdmabuf.Core", "Vdmabuf.Linux", "Vdmabuf.DBus"],
        ["Vdmabuf.Window"] = ["Vdmabuf.Core", "Vdmabuf.Linux", "Vdmabuf.Wayland"],
    };

    /// <summary>Only the program sees everything.</summary>
    private const string Program = "Vdmabuf";

    [Fact]
    public void Projects_reference_only_what_is_below_them()
    {
        string[] wrong =
        [
            .. from project in SourceTree.References
               where project.Key != Program
               from reference in project.Value
               where !Allowed.TryGetValue(project.Key, out string[]? allowed) || !allowed.Contains(reference)
               select $"{project.Key} must not reference {reference}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_project_has_a_place_in_the_layers()
    {
        Assert.DoesNotContain(SourceTree.References.Keys, name => name != Program && !Allowed.ContainsKey(name));
    }

    [Fact]
    public void Sources_know_nothing_of_Wayland_and_windows_nothing_of_VMMs()
    {
        string[] wrong =
        [
            .. from file in SourceTree.Files
               let foreign = file.Path.StartsWith("Vdmabuf.Sources/", StringComparison.Ordinal) ? "Vdmabuf.Wayland"
                   : file.Path.StartsWith("Vdmabuf.Window/", StringComparison.Ordinal) ? "Vdmabuf.Sources"
                   : null
               where foreign is not null && file.Lines.Any(line => line.StartsWith($"using {foreign}", StringComparison.Ordinal))
               select $"{file.Path} uses {foreign}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_touches_no_file_socket_or_native_library()
    {
        string[] wrong =
        [
            .. from file in SourceTree.Files
               where file.Path.StartsWith("Vdmabuf.Core/", StringComparison.Ordinal)
               from line in file.Lines
               where InputOutput().IsMatch(line)
               select $"{file.Path}: {line.Trim()}",
        ];
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"LibraryImport|DllImport|\bSystem\.Net\b|\bFile\.(Read|Write|Open)|\bSocket\b|\bProcess\.Start")]
    private static partial Regex InputOutput();
}
