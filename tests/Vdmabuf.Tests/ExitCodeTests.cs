using System.Net.Sockets;
using Vdmabuf.Tests.Support;

namespace Vdmabuf.Tests;

/// <summary>The real program, started as a user starts it.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public async Task Version_is_one_line_on_stdout()
    {
        ProgramResult result = await VdmabufProgram.RunAsync(["--version"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^vdmabuf \d+\.\d+\.\d+\n$", result.Output);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Help_names_every_verb()
    {
        ProgramResult result = await VdmabufProgram.RunAsync(["--help"]);

        Assert.Equal(0, result.ExitCode);
        foreach (string verb in new[] { "run", "attach", "list", "doctor" }) Assert.Contains("\n  " + verb, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attach qemu --help")]
    [InlineData("run --help")]
    public async Task Help_of_a_verb_that_lacks_its_arguments_is_help(string arguments) =>
        Assert.Equal(0, (await VdmabufProgram.RunAsync(arguments.Split(' '))).ExitCode);

    [Theory]
    [InlineData("", "command")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("run", "run")]
    [InlineData("attach", "command")]
    [InlineData("attach qemu", "--qmp")]
    [InlineData("attach qemu --qmp a --bus b", "--qmp")]
    [InlineData("attach qemu --qmp a --vm b", "--vm")]
    [InlineData("attach qemu --qmp a --scaling huge", "huge")]
    [InlineData("attach qemu --qmp a --release-chord hyper+g", "hyper")]
    [InlineData("run -- qemu-system-x86_64 -nographic", "-nographic")]
    [InlineData("run -- qemu-system-x86_64 -display gtk", "-display gtk")]
    public async Task A_command_line_that_cannot_be_meant_exits_2_and_says_why(string arguments, string mentions)
    {
        if (arguments.StartsWith("run --", StringComparison.Ordinal) && !File.Exists("/usr/bin/qemu-system-x86_64")) arguments = arguments.Replace("qemu-system-x86_64", "true", StringComparison.Ordinal);

        ProgramResult result = await VdmabufProgram.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(mentions, result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Attach_to_a_missing_socket_exits_3_and_says_how_to_make_one()
    {
        ProgramResult result = await VdmabufProgram.RunAsync(["attach", "qemu", "--qmp", "/nonexistent/vm.qmp"]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("/nonexistent/vm.qmp", result.Errors, StringComparison.Ordinal);
        Assert.Contains("-display dbus,p2p=on", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_of_a_program_that_is_not_there_exits_3()
    {
        ProgramResult result = await VdmabufProgram.RunAsync(["run", "--", "qemu-system-pdp11"]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("qemu-system-pdp11", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_without_a_compositor_exits_69_and_starts_nothing()
    {
        using var folder = new TemporaryFolder();
        string qemu = folder.Script("qemu", $"touch {folder.File("started")}");

        ProgramResult result = await VdmabufProgram.RunAsync(["run", "--", qemu], ("XDG_RUNTIME_DIR", folder.Path));

        Assert.Equal(69, result.ExitCode);
        Assert.Contains("doctor", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("started")));
        Assert.Empty(Directory.GetFiles(folder.File("vdmabuf")));
    }

    [Fact]
    public async Task Attach_without_a_compositor_exits_69()
    {
        using var folder = new TemporaryFolder();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder.File("vm.qmp")));
        socket.Listen();

        ProgramResult result = await VdmabufProgram.RunAsync(["attach", "qemu", "--qmp", folder.File("vm.qmp")], ("XDG_RUNTIME_DIR", folder.Path));

        Assert.Equal(69, result.ExitCode);
        Assert.Contains("no window can be shown", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_without_a_bus_exits_69()
    {
        ProgramResult result = await VdmabufProgram.RunAsync(["list"]);

        Assert.Equal(69, result.ExitCode);
        Assert.Contains("bus", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_of_a_bus_without_VMs_is_empty_and_succeeds()
    {
        using var bus = new BusDaemon();

        ProgramResult result = await VdmabufProgram.RunAsync(["list", "--bus", bus.Address]);

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task Attach_to_a_bus_without_VMs_exits_3()
    {
        using var bus = new BusDaemon();

        ProgramResult result = await VdmabufProgram.RunAsync(["attach", "qemu", "--bus", bus.Address]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(bus.Address, result.Errors, StringComparison.Ordinal);
    }
}
