using System.Globalization;

namespace Vdmabuf.Lab;

/// <summary>The program under test, as a user starts it.</summary>
public static class VdmabufProcess
{
    private static string Program => Repository.Program ?? throw new LabException(LabAssets.ProgramMissing!);

    /// <summary>Starts <c>vdmabuf ARGUMENTS</c> as a client of the compositor.</summary>
    public static CapturedProcess Start(HeadlessWeston compositor, params string[] arguments) => compositor.StartClient(Program, arguments);

    /// <summary>Starts it without a compositor, for <c>doctor</c>, <c>--help</c> and errors.</summary>
    public static CapturedProcess Start(params string[] arguments) =>
        CapturedProcess.Start(Program, arguments, new Dictionary<string, string?> { ["WAYLAND_DISPLAY"] = null, ["WAYLAND_SOCKET"] = null });

    /// <summary><c>vdmabuf run -- qemu-system-x86_64 ...</c> with the drawing guest; <paramref name="options"/> should leave Display null.</summary>
    public static Task<QemuMachine> Run(HeadlessWeston compositor, QemuOptions options) =>
        QemuMachine.StartUnder(options with { Environment = compositor.ClientEnvironment }, Program, ["run", "--"]);

    /// <summary>Waits for the line that the program prints when the compositor shows a head's first picture, and returns it.</summary>
    public static Task<string> WaitFirstPicture(CapturedProcess vdmabuf, int head = 0) =>
        vdmabuf.WaitForLine(string.Create(CultureInfo.InvariantCulture, $"head {head}: first picture "), TimeSpan.FromSeconds(120));
}
