namespace Vdmabuf.Doctor;

/// <summary>How bad a lack is.</summary>
internal enum Severity
{
    /// <summary>Works, with less.</summary>
    Note,

    /// <summary>No window can be shown.</summary>
    Blocking,
}

/// <summary>A lack and its mending.</summary>
/// <param name="Id">A stable word for scripts.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What lacks and what follows from it.</param>
/// <param name="Fix">One line: what to do.</param>
internal sealed record Problem(string Id, Severity Severity, string Message, string Fix);

/// <summary>What follows from a machine's facts.</summary>
internal static class Diagnosis
{
    private static readonly (string Interface, uint Version, Severity Severity, string Without)[] s_globals =
    [
        ("wl_compositor", 4, Severity.Blocking, "no window can be shown"),
        ("wl_shm", 1, Severity.Blocking, "no window can be shown"),
        ("xdg_wm_base", 1, Severity.Blocking, "no window can be shown"),
        ("zwp_linux_dmabuf_v1", 3, Severity.Note, "every picture goes through shared memory"),
        ("wp_viewporter", 1, Severity.Note, "the picture cannot be scaled to the window"),
        ("wp_fractional_scale_manager_v1", 1, Severity.Note, "pictures blur at fractional scales"),
        ("zwp_relative_pointer_manager_v1", 1, Severity.Note, "guests without a tablet device get no pointer"),
        ("zwp_pointer_constraints_v1", 1, Severity.Note, "the pointer leaves the window of guests without a tablet device"),
        ("zwp_keyboard_shortcuts_inhibit_manager_v1", 1, Severity.Note, "Super and Alt+Tab stay with the compositor"),
    ];

    internal static IReadOnlyList<Problem> Of(MachineReport report)
    {
        List<Problem> problems = [];
        OfCompositor(report, problems);
        OfQemu(report.Qemus, problems);
        OfBuffers(report, problems);
        if (!report.Libraries.Systemd)
            problems.Add(new("libsystemd", Severity.Blocking, "libsystemd.so.0 is not installed: QEMU's D-Bus cannot be spoken", "apt install libsystemd0"));
        if (report.Compositor is { Error: null } compositor && !Has(compositor, "zxdg_decoration_manager_v1", 1) && !report.Libraries.Libdecor)
            problems.Add(new("libdecor", Severity.Note, "the compositor draws no frames and libdecor-0.so.0 is not installed: windows have none", "apt install libdecor-0-0 libdecor-0-plugin-1-gtk"));
        if (report.Kernel.OpenFiles is < 1024 and long files)
            problems.Add(new("open-files", Severity.Note, $"only {files} files may be open; a guest that flips through many buffers needs more", "raise LimitNOFILE= or ulimit -n to 4096"));
        return problems;
    }

    private static void OfCompositor(MachineReport report, List<Problem> problems)
    {
        if (!report.Libraries.WaylandClient)
        {
            problems.Add(new("libwayland", Severity.Blocking, "libwayland-client.so.0 is not installed", "apt install libwayland-client0"));
            return;
        }
        if (report.Compositor.Error is { } error)
        {
            problems.Add(new("wayland", Severity.Blocking, $"no compositor answers at {report.Compositor.Display}: {error}",
                "run it inside a Wayland session, or set WAYLAND_DISPLAY and XDG_RUNTIME_DIR to the session's"));
            return;
        }
        foreach ((string name, uint version, Severity severity, string without) in s_globals)
        {
            if (Has(report.Compositor, name, version)) continue;
            problems.Add(new(name, severity, $"the compositor has no {name}{(version > 1 ? $" of version {version}" : "")}: {without}",
                severity == Severity.Blocking ? "use a desktop compositor (GNOME, KDE, Sway, Weston)" : "a newer compositor may have it"));
        }
    }

    private static void OfQemu(IReadOnlyList<QemuFacts> qemus, List<Problem> problems)
    {
        if (qemus.Count == 0)
            problems.Add(new("qemu", Severity.Note, "there is no QEMU in PATH: vdmabuf run has nothing to run", "apt install qemu-system-x86"));
        else if (!qemus.Any(qemu => qemu.DbusDisplay))
            problems.Add(new("qemu-dbus", Severity.Note, "no QEMU here has a D-Bus display (it came with 7.0)", "install QEMU 7.0 or newer; on Debian 12: apt install -t bookworm-backports qemu-system-x86 qemu-system-gui"));
        else if (!qemus.Any(qemu => qemu.DbusDisplay && qemu.OpenGl))
            problems.Add(new("qemu-opengl", Severity.Note, "no QEMU here has OpenGL for its displays: guests' dma-bufs stay out of reach (gl=on)", "on Debian 13: apt install qemu-system-modules-opengl libgl1; on Debian 12: apt install qemu-system-gui libgl1"));
    }

    private static void OfBuffers(MachineReport report, List<Problem> problems)
    {
        UdmabufFacts udmabuf = report.Udmabuf;
        if (!udmabuf.Present)
            problems.Add(new("udmabuf", Severity.Note, "there is no /dev/udmabuf: guest memory cannot become a dma-buf, pictures go through shared memory", "modprobe udmabuf (and echo udmabuf > /etc/modules-load.d/udmabuf.conf)"));
        else if (!udmabuf.Usable)
            problems.Add(new("udmabuf-access", Severity.Note, "/dev/udmabuf may not be opened by this user", "usermod -aG kvm $USER, and give the device to that group by a udev rule: KERNEL==\"udmabuf\", GROUP=\"kvm\", MODE=\"0660\""));
        if (udmabuf is { Present: true, SizeLimitMebibytes: < 64 })
            problems.Add(new("udmabuf-size", Severity.Note, $"udmabuf makes buffers of {udmabuf.SizeLimitMebibytes} MiB at the most; a 4K screen needs 32, an 8K one 128", "echo options udmabuf size_limit_mb=256 > /etc/modprobe.d/udmabuf.conf, then load it anew"));
        if (udmabuf is { Present: true, ListLimit: < 1024 })
            problems.Add(new("udmabuf-list", Severity.Note, $"udmabuf takes {udmabuf.ListLimit} ranges of pages at the most; fragmented guest memory needs more", "echo options udmabuf list_limit=65536 > /etc/modprobe.d/udmabuf.conf, then load it anew"));
        if (report.RenderNodes.Count == 0)
            problems.Add(new("render-node", Severity.Note, "there is no GPU render node: QEMU cannot use gl=on", "load the GPU's driver; without a GPU nothing is lost but speed (for tests: modprobe vgem)"));
        else if (!report.RenderNodes.Any(node => node.Usable))
            problems.Add(new("render-node-access", Severity.Note, $"{report.RenderNodes[0].Path} may not be opened by this user", "usermod -aG render $USER, then log in again"));
        if (!report.Kernel.MemfdSeals)
            problems.Add(new("memfd", Severity.Blocking, "this kernel has no sealed memfd: shared memory for the compositor cannot be made", "use a kernel with CONFIG_MEMFD_CREATE, and no sandbox that forbids memfd_create"));
    }

    private static bool Has(CompositorFacts compositor, string name, uint version) =>
        compositor.Globals.Any(global => global.Interface == name && global.Version >= version);
}
