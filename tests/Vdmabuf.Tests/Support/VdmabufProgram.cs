using System.Diagnostics;

namespace Vdmabuf.Tests.Support;

/// <summary>What a run of the real program gave.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors);

/// <summary>Runs the program that the build put beside the tests, as a user would, in an empty environment.</summary>
internal static class VdmabufProgram
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    internal static async Task<ProgramResult> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "vdmabuf"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in new[] { "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "JOURNAL_STREAM" }) start.Environment.Remove(name);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            Assert.Fail($"vdmabuf {string.Join(' ', arguments)} did not end: {await errors}");
        }
        return new ProgramResult(process.ExitCode, await output, await errors);
    }
}
