using System.Text.Json;
using Vdmabuf.Doctor;
using Vdmabuf.Tests.Support;

namespace Vdmabuf.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task Without_a_compositor_doctor_says_so_exits_1_and_its_JSON_is_complete()
    {
        using var folder = new TemporaryFolder();

        ProgramResult result = await VdmabufProgram.RunAsync(["doctor", "--json"], ("XDG_RUNTIME_DIR", folder.Path));

        Assert.Equal(1, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.False(root.GetProperty("canShowWindow").GetBoolean());
        Assert.False(root.GetProperty("wayland").GetProperty("connected").GetBoolean());
        Assert.False(string.IsNullOrEmpty(root.GetProperty("wayland").GetProperty("error").GetString()));
        Assert.Equal(0, root.GetProperty("wayland").GetProperty("globals").GetArrayLength());
        Assert.Equal(File.Exists("/dev/udmabuf"), root.GetProperty("udmabuf").GetProperty("present").GetBoolean());
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), root.GetProperty("kernel").GetProperty("release").GetString());
        Assert.True(root.GetProperty("kernel").GetProperty("memfdSeals").GetBoolean());
        Assert.True(root.GetProperty("kernel").GetProperty("openFiles").GetInt64() > 0);
        foreach (string key in new[] { "renderNodes", "qemu", "libraries" }) Assert.True(root.TryGetProperty(key, out _), key);
        JsonElement problem = root.GetProperty("problems").EnumerateArray().Single(p => p.GetProperty("id").GetString() == "wayland");
        Assert.Equal("blocking", problem.GetProperty("severity").GetString());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("fix").GetString()));
    }

    [Fact]
    public async Task Doctor_for_people_ends_with_the_verdict_and_gives_each_lack_a_fix()
    {
        ProgramResult result = await VdmabufProgram.RunAsync(["doctor"]);

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("No window can be shown yet.\n", result.Output, StringComparison.Ordinal);
        string[] lines = result.Output.Split('\n');
        for (int i = 0; i < lines.Length; i++)
            if (lines[i].StartsWith("MISSING: ", StringComparison.Ordinal) || lines[i].StartsWith("note: ", StringComparison.Ordinal)) Assert.StartsWith("    fix: ", lines[i + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_has_everything_has_no_problems() => Assert.Empty(Diagnosis.Of(Healthy));

    [Fact]
    public void Every_lack_is_found_with_a_fix()
    {
        (MachineReport Report, string Id)[] lacks =
        [
            (Healthy with { Compositor = new("wayland-0", "nobody there", [], [], null) }, "wayland"),
            (Healthy with { Compositor = Healthy.Compositor with { Globals = [.. Healthy.Compositor.Globals.Where(g => g.Interface != "xdg_wm_base")] } }, "xdg_wm_base"),
            (Healthy with { Compositor = Healthy.Compositor with { Globals = [.. Healthy.Compositor.Globals.Select(g => g.Interface == "zwp_linux_dmabuf_v1" ? g with { Version = 2 } : g)] } }, "zwp_linux_dmabuf_v1"),
            (Healthy with { Udmabuf = new(false, false, null, null) }, "udmabuf"),
            (Healthy with { Udmabuf = new(true, false, 1024, 64) }, "udmabuf-access"),
            (Healthy with { Udmabuf = new(true, true, 1024, 32) }, "udmabuf-size"),
            (Healthy with { Udmabuf = new(true, true, 16, 64) }, "udmabuf-list"),
            (Healthy with { RenderNodes = [] }, "render-node"),
            (Healthy with { RenderNodes = [new("/dev/dri/renderD128", false)] }, "render-node-access"),
            (Healthy with { Qemus = [] }, "qemu"),
            (Healthy with { Qemus = [new("/usr/bin/qemu-system-x86_64", "6.2.0", false, false)] }, "qemu-dbus"),
            (Healthy with { Qemus = [new("/usr/bin/qemu-system-x86_64", "10.0.0", true, false)] }, "qemu-opengl"),
            (Healthy with { Kernel = Healthy.Kernel with { MemfdSeals = false } }, "memfd"),
            (Healthy with { Kernel = Healthy.Kernel with { OpenFiles = 256 } }, "open-files"),
            (Healthy with { Libraries = Healthy.Libraries with { WaylandClient = false } }, "libwayland"),
            (Healthy with { Libraries = Healthy.Libraries with { Systemd = false } }, "libsystemd"),
        ];

        foreach ((MachineReport report, string id) in lacks)
        {
            Problem problem = Assert.Single(Diagnosis.Of(report));
            Assert.Equal(id, problem.Id);
            Assert.NotEmpty(problem.Fix);
            Assert.DoesNotContain('\n', problem.Fix);
        }
    }

    [Theory]
    [InlineData("QEMU emulator version 10.0.2 (Debian 1:10.0.2)\nCopyright", "10.0.2")]
    [InlineData("QEMU emulator version 11.1.0\n", "11.1.0")]
    [InlineData("something else", null)]
    [InlineData(null, null)]
    public void QEMUs_version_is_read_from_its_first_line(string? output, string? version) => Assert.Equal(version, QemuSurvey.ReadVersion(output));

    private static MachineReport Healthy { get; } = new(
        new CompositorFacts("wayland-0", null,
            [
                new("wl_compositor", 6), new("wl_shm", 1), new("xdg_wm_base", 6), new("zwp_linux_dmabuf_v1", 5), new("wp_viewporter", 1),
                new("wp_fractional_scale_manager_v1", 1), new("zwp_relative_pointer_manager_v1", 1), new("zwp_pointer_constraints_v1", 1),
                new("zwp_keyboard_shortcuts_inhibit_manager_v1", 1), new("zxdg_decoration_manager_v1", 1),
            ], ["XR24", "AR24"], new DmabufFacts(5, "226:128", "/dev/dri/renderD128", 1, 10, 40)),
        new UdmabufFacts(true, true, 1024, 64),
        [new("/dev/dri/renderD128", true)],
        [new("/usr/bin/qemu-system-x86_64", "10.0.2", true, true)],
        new KernelFacts("6.12.0", true, 4096),
        new LibraryFacts(true, true, true));
}
