using System.Text.Json;

namespace Vdmabuf.Doctor;

/// <summary>
/// The report for programs. The shape only grows: <c>canShowWindow</c>, <c>wayland</c> (connected, display, error,
/// globals, shmFormats, dmabuf), <c>udmabuf</c>, <c>renderNodes</c>, <c>qemu</c>, <c>kernel</c>, <c>libraries</c>,
/// <c>problems</c> (id, severity, message, fix). What is not known is null.
/// </summary>
internal static class ReportJson
{
    internal static void Write(Stream stream, MachineReport report, IReadOnlyList<Problem> problems)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteBoolean("canShowWindow", !problems.Any(problem => problem.Severity == Severity.Blocking));
        WriteCompositor(json, report.Compositor);
        json.WriteStartObject("udmabuf");
        json.WriteBoolean("present", report.Udmabuf.Present);
        json.WriteBoolean("usable", report.Udmabuf.Usable);
        WriteNumber(json, "listLimit", report.Udmabuf.ListLimit);
        WriteNumber(json, "sizeLimitMiB", report.Udmabuf.SizeLimitMebibytes);
        json.WriteEndObject();
        json.WriteStartArray("renderNodes");
        foreach (RenderNodeFacts node in report.RenderNodes)
        {
            json.WriteStartObject();
            json.WriteString("path", node.Path);
            json.WriteBoolean("usable", node.Usable);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteQemus(json, report.Qemus);
        json.WriteStartObject("kernel");
        json.WriteString("release", report.Kernel.Release);
        json.WriteBoolean("memfdSeals", report.Kernel.MemfdSeals);
        WriteNumber(json, "openFiles", report.Kernel.OpenFiles);
        json.WriteEndObject();
        json.WriteStartObject("libraries");
        json.WriteBoolean("libwayland-client", report.Libraries.WaylandClient);
        json.WriteBoolean("libsystemd", report.Libraries.Systemd);
        json.WriteBoolean("libdecor", report.Libraries.Libdecor);
        json.WriteEndObject();
        json.WriteStartArray("problems");
        foreach (Problem problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("id", problem.Id);
            json.WriteString("severity", problem.Severity == Severity.Blocking ? "blocking" : "note");
            json.WriteString("message", problem.Message);
            json.WriteString("fix", problem.Fix);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCompositor(Utf8JsonWriter json, CompositorFacts facts)
    {
        json.WriteStartObject("wayland");
        json.WriteBoolean("connected", facts.Error is null);
        json.WriteString("display", facts.Display);
        json.WriteString("error", facts.Error);
        json.WriteStartArray("globals");
        foreach (GlobalFacts global in facts.Globals)
        {
            json.WriteStartObject();
            json.WriteString("interface", global.Interface);
            json.WriteNumber("version", global.Version);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("shmFormats");
        foreach (string format in facts.ShmFormats) json.WriteStringValue(format);
        json.WriteEndArray();
        if (facts.Dmabuf is { } dmabuf)
        {
            json.WriteStartObject("dmabuf");
            json.WriteNumber("version", dmabuf.Version);
            json.WriteString("mainDevice", dmabuf.MainDevice);
            json.WriteString("mainDeviceNode", dmabuf.MainDeviceNode);
            json.WriteNumber("tranches", dmabuf.Tranches);
            json.WriteNumber("formats", dmabuf.Formats);
            json.WriteNumber("formatModifierPairs", dmabuf.Pairs);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("dmabuf");
        }
        json.WriteEndObject();
    }

    private static void WriteQemus(Utf8JsonWriter json, IReadOnlyList<QemuFacts> qemus)
    {
        json.WriteStartArray("qemu");
        foreach (QemuFacts qemu in qemus)
        {
            json.WriteStartObject();
            json.WriteString("path", qemu.Path);
            json.WriteString("version", qemu.Version);
            json.WriteBoolean("dbusDisplay", qemu.DbusDisplay);
            json.WriteBoolean("openGl", qemu.OpenGl);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
