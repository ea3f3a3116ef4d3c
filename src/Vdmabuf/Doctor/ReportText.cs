using System.Text;

namespace Vdmabuf.Doctor;

/// <summary>The report for people: what is there, then what lacks, each with its fix.</summary>
internal static class ReportText
{
    internal static string Write(MachineReport report, IReadOnlyList<Problem> problems)
    {
        var text = new StringBuilder();
        CompositorFacts compositor = report.Compositor;
        Line("Compositor", compositor.Error is null ? $"{compositor.Display}, {compositor.Globals.Count} globals" : $"none at {compositor.Display}");
        foreach (GlobalFacts global in compositor.Globals.OrderBy(g => g.Interface, StringComparer.Ordinal)) text.Append("  ").Append(global.Interface).Append(' ').Append(global.Version).Append('\n');
        if (compositor.Error is null)
        {
            Line("wl_shm", $"{compositor.ShmFormats.Count} formats: {string.Join(' ', compositor.ShmFormats)}");
            Line("dma-bufs", compositor.Dmabuf is not { } dmabuf ? "not imported"
                : $"version {dmabuf.Version}, {dmabuf.Formats} formats in {dmabuf.Pairs} combinations with modifiers, device {dmabuf.MainDeviceNode ?? dmabuf.MainDevice ?? "not told"}");
        }
        UdmabufFacts udmabuf = report.Udmabuf;
        Line("/dev/udmabuf", !udmabuf.Present ? "absent" : $"{(udmabuf.Usable ? "usable" : "not for this user")}, at most {Known(udmabuf.SizeLimitMebibytes)} MiB in {Known(udmabuf.ListLimit)} ranges");
        Line("Render nodes", report.RenderNodes.Count == 0 ? "none" : string.Join(", ", report.RenderNodes.Select(node => node.Usable ? node.Path : node.Path + " (not for this user)")));
        if (report.Qemus.Count == 0) Line("QEMU", "none in PATH");
        foreach (QemuFacts qemu in report.Qemus)
            Line("QEMU", $"{qemu.Version ?? "(version not told)"} {qemu.Path}, D-Bus display: {YesNo(qemu.DbusDisplay)}, OpenGL: {YesNo(qemu.OpenGl)}");
        Line("Kernel", $"{report.Kernel.Release}, sealed memfd: {YesNo(report.Kernel.MemfdSeals)}, open files: {Known(report.Kernel.OpenFiles)}");
        Line("Libraries", $"libwayland-client: {YesNo(report.Libraries.WaylandClient)}, libsystemd: {YesNo(report.Libraries.Systemd)}, libdecor: {YesNo(report.Libraries.Libdecor)}");
        text.Append('\n');
        foreach (Problem problem in problems.OrderByDescending(problem => problem.Severity))
            text.Append(problem.Severity == Severity.Blocking ? "MISSING: " : "note: ").Append(problem.Message).Append("\n    fix: ").Append(problem.Fix).Append('\n');
        text.Append(problems.Any(problem => problem.Severity == Severity.Blocking) ? "No window can be shown yet." : "A window can be shown.");
        return text.ToString();

        void Line(string what, string value) => text.Append(what.PadRight(14)).Append(value).Append('\n');
    }

    private static string Known(long? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?";

    private static string YesNo(bool value) => value ? "yes" : "no";
}
