using System.Text.RegularExpressions;

namespace Vdmabuf.Architecture.Tests;

/// <summary>House rules a compiler does not know (CONTRIBUTING.md).</summary>
public sealed partial class CodeRuleTests
{
    private const int Ceiling = 600;

    /// <summary>Projects that are a native binding as a whole; elsewhere such code lives in a folder called Native.</summary>
    private static readonly string[] NativeProjects = ["Vdmabuf.Linux/", "Vdmabuf.Wayland/", "Vdmabuf.DBus/"];

    [Fact]
    public void Unsafe_code_is_in_the_native_rooms_only()
    {
        string[] wrong =
        [
            .. from file in SourceTree.Files
               where !IsNativeRoom(file.Path) && !file.Path.StartsWith("Vdmabuf.Wayland.Generator/", StringComparison.Ordinal)
               from line in file.Lines
               where UnsafeKeyword().IsMatch(WithoutComment(line))
               select $"{file.Path}: {line.Trim()}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Native_entry_points_are_in_native_folders_only()
    {
        string[] wrong =
        [
            .. from file in SourceTree.Files
               where !file.Path.Contains("/Native/", StringComparison.Ordinal)
                   && file.Lines.Any(line => line.TrimStart().StartsWith("[LibraryImport", StringComparison.Ordinal))
               select file.Path,
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Files_that_contain_unsafe_code_say_why_it_is_sound()
    {
        string[] wrong =
        [
            .. from file in SourceTree.Files
               where !Path.GetFileName(file.Path).Contains("Methods", StringComparison.Ordinal)
                   && file.Lines.Any(line => Dereference().IsMatch(WithoutComment(line)))
                   && !file.Lines.Any(line => line.Contains("SAFETY", StringComparison.Ordinal))
               where !file.Path.StartsWith("Vdmabuf.Wayland.Generator/", StringComparison.Ordinal)
               select file.Path,
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_file_is_longer_than_the_ceiling()
    {
        string[] wrong = [.. from file in SourceTree.Files where file.Lines.Length > Ceiling select $"{file.Path}: {file.Lines.Length} lines"];
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_frame_path_waits_for_nothing()
    {
        string[] wrong =
        [
            .. from file in SourceTree.Files
               // The doctor has no loop and no guest: it may wait for the programs it asks.
               where !file.Path.StartsWith("Vdmabuf/Doctor/", StringComparison.Ordinal)
               from line in file.Lines
               where Blocking().IsMatch(WithoutComment(line))
               select $"{file.Path}: {line.Trim()}",
        ];
        Assert.Empty(wrong);
    }

    private static bool IsNativeRoom(string path) =>
        NativeProjects.Any(project => path.StartsWith(project, StringComparison.Ordinal)) || path.Contains("/Native/", StringComparison.Ordinal);

    private static string WithoutComment(string line)
    {
        int comment = line.IndexOf("//", StringComparison.Ordinal);
        return comment < 0 ? line : line[..comment];
    }

    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\.|\bfixed \(|\bMarshal\.(Read|Write)")]
    private static partial Regex UnsafeKeyword();

    [GeneratedRegex(@"\bstackalloc \w+\*|\bfixed \(|\bMMap\(|\(byte\*\)|\(void\*\)")]
    private static partial Regex Dereference();

    [GeneratedRegex(@"Thread\.Sleep|\.Wait\(\)|\.GetAwaiter\(\)\.GetResult\(\)(?!;\s*$)|\.Result\b(?=[;.)])")]
    private static partial Regex Blocking();
}
