using System.Text;

namespace Vdmabuf.Launch;

/// <summary>Where the private monitor sockets of our VMs are: a folder that only this user can enter.</summary>
internal static class MonitorSocket
{
    private const int LongestPath = 107, LongestName = 32;

    /// <summary>A path for a VM of this name, started by this process; its folder exists afterwards.</summary>
    /// <exception cref="IOException">The folder cannot be made, or is not private.</exception>
    internal static string Reserve(string? vmName, int process)
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string folder = string.IsNullOrEmpty(runtime)
            ? Directory.CreateTempSubdirectory("vdmabuf-").FullName
            : Directory.CreateDirectory(Path.Combine(runtime, "vdmabuf"), Private).FullName;
        // The folder may be older than this program's rule.
        if (File.GetUnixFileMode(folder) != Private) File.SetUnixFileMode(folder, Private);
        string path = Path.Combine(folder, $"{Clean(vmName)}-{process}.qmp");
        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
            throw new IOException($"{path} is longer than the {LongestPath} bytes a socket's path may have; set XDG_RUNTIME_DIR to a shorter folder");
        File.Delete(path);
        return path;
    }

    /// <summary>QEMU's <c>-name</c>, null where it has none.</summary>
    internal static string? NameOf(QemuArguments arguments) => arguments.Merged("guest", "guest", "name");

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static string Clean(string? name)
    {
        if (string.IsNullOrEmpty(name)) return "vm";
        var text = new StringBuilder();
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, LongestName))) text.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_');
        return text.ToString();
    }
}
