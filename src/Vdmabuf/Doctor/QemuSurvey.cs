using System.ComponentModel;
using System.Diagnostics;
using Vdmabuf.Launch;

namespace Vdmabuf.Doctor;

/// <summary>Asks a QEMU for its version and displays.</summary>
internal static class QemuSurvey
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    internal static QemuFacts Take(string path)
    {
        string? version = ReadVersion(Ask(path, "--version"));
        bool dbus = Ask(path, "-display", "help")?.Split('\n', StringSplitOptions.TrimEntries).Contains("dbus") ?? false;
        return new QemuFacts(path, version, dbus, dbus && QemuBinary.HasOpenGl(path));
    }

    /// <summary>The word after "version" in the first line.</summary>
    internal static string? ReadVersion(string? output)
    {
        const string before = "version ";
        if (output is null || output.IndexOf(before, StringComparison.Ordinal) is not (>= 0 and int at)) return null;
        ReadOnlySpan<char> rest = output.AsSpan(at + before.Length);
        int end = rest.IndexOfAny(" \n(");
        return (end < 0 ? rest : rest[..end]).ToString();
    }

    private static string? Ask(string path, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill();
                return null;
            }
            Task.WaitAll(output, errors);
            return output.Result;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return null;
        }
    }
}
