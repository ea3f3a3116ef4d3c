using System.Runtime.InteropServices;

namespace Vdmabuf.Launch;

/// <summary>A QEMU on this machine, as far as it can be judged without starting it.</summary>
internal static class QemuBinary
{
    /// <summary>The path of a command as a shell would find it; null where it is not there or may not be run.</summary>
    internal static string? Find(string command)
    {
        if (command.Contains('/', StringComparison.Ordinal)) return IsExecutable(command) ? Path.GetFullPath(command) : null;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Combine(folder, command);
            if (IsExecutable(candidate)) return candidate;
        }
        return null;
    }

    /// <summary>Every QEMU for a whole system in PATH, each file once whatever links lead to it.</summary>
    internal static IEnumerable<string> FindAll()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            // On today's systems /bin is /usr/bin.
            if (!Directory.Exists(folder) || !folders.Add(Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder))) continue;
            // From the end, so that x86_64 is found before its alias amd64.
            foreach (string path in Directory.GetFiles(folder, "qemu-system-*").OrderByDescending(static path => path, StringComparer.Ordinal))
                if (IsExecutable(path) && seen.Add(Resolve(path))) yield return path;
        }
    }

    /// <summary>
    /// Whether its displays can use OpenGL here: distributions build that as the module ui-opengl; where there are no
    /// modules, the binary itself needs libepoxy.
    /// </summary>
    internal static bool HasOpenGl(string path)
    {
        if (!HasGlLibrary) return false;
        if (FindModule(path, "ui-opengl") is not null) return true;
        return FindModule(path, "ui-dbus") is null && Mentions(path, "libepoxy.so.0"u8);
    }

    /// <summary>libepoxy opens one of these at its first call, and without aborts QEMU; no package of Debian requires them.</summary>
    private static bool HasGlLibrary => CanLoad("libGL.so.1") || CanLoad("libOpenGL.so.0");

    private static bool CanLoad(string library)
    {
        if (!NativeLibrary.TryLoad(library, out nint handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }

    /// <summary>The file of a module, null where QEMU has none of that name.</summary>
    internal static string? FindModule(string path, string module)
    {
        foreach (string folder in ModuleFolders(path))
        {
            string file = Path.Combine(folder, module + ".so");
            if (File.Exists(file)) return file;
        }
        return null;
    }

    private static IEnumerable<string> ModuleFolders(string path)
    {
        if (Environment.GetEnvironmentVariable("QEMU_MODULE_DIR") is { Length: > 0 } named) yield return named;
        string prefix = Path.GetDirectoryName(Path.GetDirectoryName(Resolve(path)) ?? "/") ?? "/";
        string lib = Path.Combine(prefix, "lib");
        yield return Path.Combine(lib, "qemu");
        yield return Path.Combine(prefix, "lib64", "qemu");
        if (!Directory.Exists(lib)) yield break;
        foreach (string multiarch in Directory.EnumerateDirectories(lib, "*-linux-gnu*")) yield return Path.Combine(multiarch, "qemu");
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    /// <summary>The names of needed libraries stand in the binary's string table in plain text.</summary>
    private static bool Mentions(string path, ReadOnlySpan<byte> text)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] chunk = new byte[1 << 20];
            int kept = 0;
            while (true)
            {
                int read = file.Read(chunk, kept, chunk.Length - kept);
                if (read == 0) return false;
                ReadOnlySpan<byte> seen = chunk.AsSpan(0, kept + read);
                if (seen.IndexOf(text) >= 0) return true;
                kept = Math.Min(text.Length - 1, seen.Length);
                seen[^kept..].CopyTo(chunk);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
