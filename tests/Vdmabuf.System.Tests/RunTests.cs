using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary><c>vdmabuf run -- qemu-system-x86_64 ...</c> from the start to the end of the VM, and the exit codes.</summary>
[Trait("Needs", "vm")]
public sealed class RunTests
{
    private static readonly QemuOptions s_guest = new() { Draw = "flip,hold-after=7", Display = null, MemfdMemory = false };

    [SkippableFact]
    public async Task Run_shows_the_guest_and_ends_with_it()
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using QemuMachine machine = await VdmabufProcess.Run(weston, s_guest);
        uint frame = await machine.Guest.WaitHeld();

        PixelImage shown = await Screens.ShowsHeld(weston, machine, "run");

        Assert.Equal(frame, GuestFrameNumber.Read(shown).Frame);
        await machine.Guest.Send("quit");       // vdmabuf-draw ends, and the guest powers off
        Assert.Equal(0, await machine.Process.WaitForExit(Screens.Patience));
        Assert.Empty(Directory.Exists(Sockets(weston)) ? Directory.EnumerateFileSystemEntries(Sockets(weston)) : []);
    }

    [SkippableFact]
    public async Task Terminating_run_ends_QEMU()
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using QemuMachine machine = await VdmabufProcess.Run(weston, s_guest with { ExtraArguments = ["-S"] });
        await VdmabufProcess.WaitFirstPicture(machine.Process);
        int[] children = Children(machine.Process.Id);
        Assert.Single(children);

        machine.Process.Terminate();

        Assert.Equal(0, await machine.Process.WaitForExit(Screens.Patience));
        Assert.False(Directory.Exists($"/proc/{children[0]}"), "QEMU still runs");
    }

    [SkippableFact]
    public async Task Run_without_a_compositor_ends_with_69_before_QEMU_starts()
    {
        Needs.Path();
        await using CapturedProcess vdmabuf = VdmabufProcess.Start("run", "--", "qemu-system-x86_64", "-nodefaults");

        Assert.Equal(69, await vdmabuf.WaitForExit(Screens.Patience));
        Assert.Contains("Wayland compositor", vdmabuf.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(3, "run", "--", "qemu-system-no-such-machine")]
    [InlineData(2, "run", "--", "qemu-system-x86_64", "-nographic")]
    [InlineData(1, "run", "--", "qemu-system-x86_64", "-nodefaults", "-device", "no-such-device")]
    [InlineData(3, "attach", "qemu", "--qmp", "/nowhere/monitor")]
    [InlineData(2, "attach", "qemu")]
    [InlineData(2, "no-such-verb")]
    public async Task Wrong_use_ends_with_its_exit_code_and_a_message(int code, params string[] arguments)
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Renderer = "pixman" });
        await using CapturedProcess vdmabuf = VdmabufProcess.Start(weston, arguments);

        Assert.Equal(code, await vdmabuf.WaitForExit(Screens.Patience));
        Assert.Contains("vdmabuf: ", vdmabuf.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", vdmabuf.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Attaching_to_a_QEMU_without_the_display_is_refused_with_4()
    {
        Needs.Path();
        using var folder = new TemporaryFolder();
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Renderer = "pixman" });
        await using QemuMachine machine = await QemuMachine.Start(new QemuOptions { QmpServer = folder.File("monitor"), ExtraArguments = ["-S"] });

        await using CapturedProcess vdmabuf = VdmabufProcess.Start(weston, "attach", "qemu", "--qmp", folder.File("monitor"));

        Assert.Equal(4, await vdmabuf.WaitForExit(Screens.Patience));
        Assert.Contains("-display dbus,p2p=on", vdmabuf.Output, StringComparison.Ordinal);
    }

    private static string Sockets(HeadlessWeston weston) => Path.Combine(weston.RuntimeFolder, "vdmabuf");

    private static int[] Children(int process) =>
        [.. File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}
