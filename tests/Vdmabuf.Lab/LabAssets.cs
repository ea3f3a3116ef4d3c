using System.Diagnostics;

namespace Vdmabuf.Lab;

/// <summary>What tests/lab/lab has built into its cache, and what of the machine's own programs is there.</summary>
/// <remarks>Each <c>...Missing</c> member is null when the thing can be used, else the reason with the next step: the argument of
/// <c>Skip.If</c>. tests/run builds everything beforehand, and in CI counts such a skip as a failure.</remarks>
public static class LabAssets
{
    /// <summary>The script that builds the cache.</summary>
    public static string Script { get; } = Path.Combine(Repository.Root, "tests", "lab", "lab");

    public static string Cache { get; } = Environment.GetEnvironmentVariable("VDMABUF_CACHE") is { Length: > 0 } given
        ? given
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "vdmabuf");

    public static string Kernel { get; } = Path.Combine(Cache, "kernel", "vmlinuz");
    public static string GuestImage { get; } = Path.Combine(Cache, "guest.img");

    /// <summary>The Debian 13 root with QEMU 11 and Weston 14.</summary>
    public static string Root { get; } = Path.Combine(Cache, "root");

    /// <summary>The folder the host VM sees as /share.</summary>
    public static string Share { get; } = Path.Combine(Cache, "share");

    public static string? GuestMissing =>
        !Marked("guest") ? $"no drawing guest in {Cache}: run tests/lab/lab guest"
        : FindProgram("qemu-system-x86_64") is null ? "qemu-system-x86_64 is not installed: run tests/lab/lab packages"
        : null;

    public static string? WestonMissing =>
        FindProgram("weston") is null || FindProgram("weston-screenshooter") is null ? "weston is not installed: run tests/lab/lab packages" : null;

    public static string? RootMissing =>
        !Marked("root") || !Marked("host") ? $"no Debian 13 root in {Cache}: run tests/lab/lab root as root"
        : Environment.UserName != "root" ? "the Debian 13 root needs root (chroot)"
        : null;

    /// <summary>A reason why no program is built, or null.</summary>
    public static string? ProgramMissing =>
        Repository.Program is null ? "the program is not built: dotnet build Vdmabuf.sln -c Release" : null;

    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a verb of the lab script to its end and returns what it printed.</summary>
    public static async Task<string> RunScript(TimeSpan limit, params string[] arguments)
    {
        var start = new ProcessStartInfo(Script) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new LabException($"tests/lab/lab {string.Join(' ', arguments)} took more than {limit.TotalSeconds} s");
        }
        return process.ExitCode == 0
            ? await output.ConfigureAwait(false)
            : throw new LabException($"tests/lab/lab {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output.ConfigureAwait(false)}{await errors.ConfigureAwait(false)}");
    }

    private static bool Marked(string stage) => File.Exists(Path.Combine(Cache, stage + ".done"));
}
