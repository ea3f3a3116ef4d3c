using System.Runtime.CompilerServices;

namespace Vdmabuf.Wayland.Generator.Tests;

/// <summary>
/// Compares text with a file that somebody has read and approved. A difference leaves the new text beside it as
/// <c>*.received.txt</c>: look at it, and rename it if it is right.
/// </summary>
internal static class VerifiedText
{
    public static void Check(string name, string actual, [CallerFilePath] string caller = "")
    {
        string folder = Path.Combine(Path.GetDirectoryName(caller)!, "Verified");
        string verified = Path.Combine(folder, name + ".verified.txt");
        string received = Path.Combine(folder, name + ".received.txt");
        string? expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : null;
        if (expected == actual)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(received, actual);
        Assert.Fail(expected is null
            ? $"{verified} does not exist; read {received} and rename it if it is right"
            : $"{verified} differs from {received} {FirstDifference(expected, actual)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        string[] left = expected.Split('\n');
        string[] right = actual.Split('\n');
        int line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line]) line++;
        return $"in line {line + 1}:\n- {left.ElementAtOrDefault(line)}\n+ {right.ElementAtOrDefault(line)}";
    }
}
