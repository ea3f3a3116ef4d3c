using System.Globalization;
using System.Runtime.InteropServices;
using Vdmabuf.Launch;
using Vdmabuf.Linux;

namespace Vdmabuf.Doctor;

/// <summary>Looks at the machine: devices, kernel, libraries, QEMUs. Changes nothing.</summary>
internal static class MachineSurvey
{
    private const string Udmabuf = "/dev/udmabuf", Parameters = "/sys/module/udmabuf/parameters/";

    internal static MachineReport Take() => new(
        CompositorSurvey.Take(),
        new UdmabufFacts(File.Exists(Udmabuf), ChildProcess.MayReadAndWrite(Udmabuf), ReadNumber(Parameters + "list_limit"), ReadNumber(Parameters + "size_limit_mb")),
        [.. Launch.RenderNodes.All().Select(node => new RenderNodeFacts(node.Path, node.Usable))],
        [.. QemuBinary.FindAll().Order(StringComparer.Ordinal).Select(QemuSurvey.Take)],
        new KernelFacts(ReadLine("/proc/sys/kernel/osrelease") ?? "unknown", HasMemfdSeals(), OpenFilesLimit()),
        new LibraryFacts(HasLibrary("libwayland-client.so.0"), HasLibrary("libsystemd.so.0"), HasLibrary("libdecor-0.so.0")));

    private static bool HasMemfdSeals()
    {
        try
        {
            using var memory = MemFd.Create("vdmabuf-doctor", 4096, FileSeals.Shrink | FileSeals.Grow);
            return MemFd.SealsOf((int)memory.DangerousGetHandle()) is { } seals && seals.HasFlag(FileSeals.Shrink);
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    private static bool HasLibrary(string name)
    {
        if (!NativeLibrary.TryLoad(name, out nint handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }

    private static long? OpenFilesLimit()
    {
        foreach (string line in ReadLines("/proc/self/limits"))
        {
            if (!line.StartsWith("Max open files", StringComparison.Ordinal)) continue;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 3 && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long soft) ? soft : null;
        }
        return null;
    }

    private static long? ReadNumber(string path) =>
        long.TryParse(ReadLine(path), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;

    private static string? ReadLine(string path) => ReadLines(path) is [var first, ..] ? first : null;

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
