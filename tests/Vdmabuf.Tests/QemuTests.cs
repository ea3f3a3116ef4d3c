using System.Diagnostics;
using System.Text.Json;
using Vdmabuf.Cli;
using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Settings;
using Vdmabuf.Launch;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.Tests.Support;
using Vdmabuf.Verbs;

namespace Vdmabuf.Tests;

/// <summary>The verbs with a real QEMU (its firmware is guest enough).</summary>
[Trait("Needs", "vm")]
public sealed class QemuTests : IDisposable
{
    private const string Qemu = "qemu-system-x86_64";
    private static readonly ViewChoices s_choices = new(new ViewSettings(), Fullscreen: false, Statistics: false);
    private readonly TemporaryFolder _folder = new();
    private readonly CapturedLog _log = new();
    private readonly string? _before = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");

    public QemuTests()
    {
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _folder.Path);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _before);
        _folder.Dispose();
        _log.Dispose();
    }

    [SkippableTheory]
    [InlineData("-m 64 -nodefaults -vga std", 1)]
    [InlineData("-M q35,accel=tcg -m size=64 -nodefaults -device virtio-gpu-pci,max_outputs=2 -name two", 2)]
    [InlineData("-machine pc,memory-backend=mine -object memory-backend-ram,id=mine,size=64M -m 64 -nodefaults -vga std", 1)]
    public void Run_shows_every_head_and_ends_with_QEMUs_exit_code(string arguments, int heads)
    {
        SkipWithoutQemu();
        int seen = 0;
        using var host = new RecordingHost
        {
            Opened = (loop, _) =>
            {
                if (++seen == heads) Quit(loop, Monitor());
            },
        };

        int code = RunVerb.Run([Qemu, .. arguments.Split(' ')], s_choices, host, _log.Logger);

        Assert.True(code == 0, _log.Text);
        Assert.Equal(heads, host.Heads.Count);
        Assert.Equal(0, host.OpenViews);
        Assert.Empty(Directory.GetFiles(_folder.File("vdmabuf")));
    }

    [SkippableFact]
    public void Closing_the_window_leaves_the_VM_running_and_tells_how_to_come_back()
    {
        SkipWithoutQemu();
        using var host = new RecordingHost
        {
            Opened = (loop, source) =>
            {
                source.Closed();
                Quit(loop, Monitor());
            },
        };

        int code = RunVerb.Run([Qemu, "-m", "64", "-nodefaults", "-vga", "std"], s_choices, host, _log.Logger);

        Assert.True(code == 0, _log.Text);
        Assert.Equal(0, host.OpenViews);
        Assert.Contains("vdmabuf attach qemu --qmp " + _folder.File("vdmabuf"), _log.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Losing_the_compositor_leaves_the_VM_running()
    {
        SkipWithoutQemu();
        RecordingHost? host = null;
        host = new RecordingHost
        {
            Opened = (loop, _) =>
            {
                host!.Fail(new IOException("protocol error"));
                Quit(loop, Monitor());
            },
        };

        int code = RunVerb.Run([Qemu, "-m", "64", "-nodefaults", "-vga", "std"], s_choices, host, _log.Logger);

        Assert.True(code == 0, _log.Text);
        Assert.Contains("the compositor is gone: protocol error", _log.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_command_line_that_QEMU_refuses_gives_its_exit_code()
    {
        SkipWithoutQemu();

        Assert.Equal(1, RunVerb.Run([Qemu, "-device", "no-such-device"], s_choices, new RecordingHost(), _log.Logger));
        Assert.Contains("exit code 1", _log.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Attach_to_a_QEMU_without_a_private_display_exits_4_with_the_way_out()
    {
        SkipWithoutQemu();
        string socket = _folder.File("vm.qmp");
        using Process qemu = Start("-display", "none", "-qmp", $"unix:{socket},server=on,wait=off", "-daemonize");
        qemu.WaitForExit();
        Assert.Equal(0, qemu.ExitCode);
        try
        {
            int code = AttachVerb.Run(new AttachTarget(socket, null, null), s_choices, new RecordingHost(), _log.Logger);

            Assert.Equal(ExitCode.Refused, code);
            Assert.Contains("-display dbus,p2p=on", _log.Text, StringComparison.Ordinal);
        }
        finally
        {
            using var loop = new Linux.EpollLoop();
            loop.Run(() => QuitAsync(loop, socket));
        }
    }

    [SkippableFact]
    public async Task Two_VMs_on_a_bus_are_listed_and_attach_asks_which()
    {
        SkipWithoutQemu();
        using var bus = new BusDaemon();
        using Process first = Start("-display", "dbus,addr=" + bus.Address, "-name", "first");
        using Process second = Start("-display", "dbus,addr=" + bus.Address, "-name", "second");
        try
        {
            string[] names = [];
            var waited = Stopwatch.StartNew();
            while (names.Length < 2 && waited.Elapsed < TimeSpan.FromSeconds(60))
            {
                ProgramResult list = await VdmabufProgram.RunAsync(["list", "--bus", bus.Address, "--json"]);
                Assert.True(list.ExitCode == 0, list.Errors);
                using JsonDocument document = JsonDocument.Parse(list.Output);
                names = [.. document.RootElement.GetProperty("vms").EnumerateArray().Select(vm => vm.GetProperty("name").GetString()!)];
            }
            Assert.Equal(["first", "second"], names.Order());

            ProgramResult attach = await VdmabufProgram.RunAsync(["attach", "qemu", "--bus", bus.Address]);
            Assert.Equal(2, attach.ExitCode);
            Assert.Contains("first", attach.Errors, StringComparison.Ordinal);
            Assert.Contains("second", attach.Errors, StringComparison.Ordinal);
            Assert.Contains("--vm", attach.Errors, StringComparison.Ordinal);

            ProgramResult unknown = await VdmabufProgram.RunAsync(["attach", "qemu", "--bus", bus.Address, "--vm", "third"]);
            Assert.Equal(3, unknown.ExitCode);
            Assert.Contains("second", unknown.Errors, StringComparison.Ordinal);
        }
        finally
        {
            first.Kill();
            second.Kill();
        }
    }

    [SkippableFact]
    public void Doctor_finds_this_QEMU_and_its_display()
    {
        SkipWithoutQemu();

        Doctor.QemuFacts facts = Doctor.QemuSurvey.Take(QemuBinary.Find(Qemu)!);

        Assert.Matches(@"^\d+\.\d+", facts.Version);
        Assert.True(facts.DbusDisplay);
    }

    private static void SkipWithoutQemu() => Skip.If(QemuBinary.Find(Qemu) is null, $"{Qemu} is not installed");

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Qemu, ["-machine", "none", "-nodefaults", .. arguments]))!;

    private string Monitor() => Directory.GetFiles(_folder.File("vdmabuf"), "*.qmp").Single();

    private static async void Quit(IEventLoop loop, string socket) => await QuitAsync(loop, socket).ConfigureAwait(true);

    private static async Task QuitAsync(IEventLoop loop, string socket)
    {
        using QmpConnection qmp = await QmpConnection.ConnectAsync(loop, socket).ConfigureAwait(true);
        try
        {
            await qmp.ExecuteAsync("quit").ConfigureAwait(true);
        }
        catch (QmpException error) when (error.ErrorClass is null)
        {
            // It may be gone before it has answered.
        }
    }
}
