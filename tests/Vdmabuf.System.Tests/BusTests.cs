using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>Two VMs on one private bus: both are listed, and the one that is asked for is shown.</summary>
[Trait("Needs", "vm")]
public sealed class BusTests
{
    [SkippableFact]
    public async Task Virtual_machine_is_chosen_by_its_name()
    {
        Needs.Path();
        Skip.If(LabAssets.FindProgram("dbus-daemon") is null, "dbus-daemon is not installed: run tests/lab/lab packages");
        using var folder = new TemporaryFolder();
        string address = $"unix:path={folder.File("bus")}";
        await using CapturedProcess bus = CapturedProcess.Start("dbus-daemon", ["--session", "--nofork", "--nopidfile", "--print-address", $"--address={address}"]);
        await bus.WaitForLine("unix:", Screens.Patience);
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        Task<QemuMachine> starting = QemuMachine.Start(Options("first machine", 11, address));
        await using QemuMachine second = await QemuMachine.Start(Options("second", 22, address));
        await using QemuMachine first = await starting;
        await first.Guest.WaitHeld();
        await second.Guest.WaitHeld();

        (int code, string list) = await Run(weston, "list", "--bus", address);
        Assert.Equal(0, code);
        Assert.Contains("first machine", list, StringComparison.Ordinal);
        Assert.Contains("second", list, StringComparison.Ordinal);
        (code, string choice) = await Run(weston, "attach", "qemu", "--bus", address);
        Assert.Equal(2, code);
        Assert.Contains("--vm", choice, StringComparison.Ordinal);
        Assert.Contains("first machine", choice, StringComparison.Ordinal);
        (code, _) = await Run(weston, "attach", "qemu", "--bus", address, "--vm", "third");
        Assert.Equal(3, code);

        foreach ((QemuMachine machine, string name, uint frame) in new[] { (second, "second", 22u), (first, "first machine", 11u) })
        {
            await using CapturedProcess vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--bus", address, "--vm", name);
            PixelImage shown = await Screens.ShowsHeld(weston, machine, $"bus-{frame}");
            Assert.Equal(frame, GuestFrameNumber.Read(shown).Frame);
            vdmabuf.Terminate();
            Assert.Equal(0, await vdmabuf.WaitForExit(Screens.Patience));
        }
    }

    private static QemuOptions Options(string name, int frame, string address) =>
        new() { Name = name, Draw = $"flip,hold-after={frame}", Display = $"dbus,addr={address}" };

    private static async Task<(int Code, string Output)> Run(HeadlessWeston weston, params string[] arguments)
    {
        await using CapturedProcess vdmabuf = VdmabufProcess.Start(weston, arguments);
        int code = await vdmabuf.WaitForExit(Screens.Patience);
        return (code, vdmabuf.Output);
    }
}
