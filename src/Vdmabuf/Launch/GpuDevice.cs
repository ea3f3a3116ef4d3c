using System.Text.Json;

namespace Vdmabuf.Launch;

/// <summary>What a display device asks of the host.</summary>
internal enum GpuNeed
{
    /// <summary>Plain memory will do.</summary>
    None,

    /// <summary>Its blob resources become dma-bufs where there is OpenGL.</summary>
    Blob,

    /// <summary>It does not start without OpenGL.</summary>
    OpenGl,
}

/// <summary>Reads a <c>-device</c> or <c>-vga</c> value, in QEMU's own notation or in JSON.</summary>
internal static class GpuDevice
{
    internal static GpuNeed NeedOf(string value)
    {
        (string? driver, bool blob) = value.StartsWith('{') ? FromJson(value) : FromOptions(value);
        if (driver is null) return GpuNeed.None;
        if (driver.StartsWith("virtio-gpu-gl", StringComparison.Ordinal) || driver.StartsWith("virtio-vga-gl", StringComparison.Ordinal)
            || driver.StartsWith("vhost-user-gpu", StringComparison.Ordinal) || driver.StartsWith("vhost-user-vga", StringComparison.Ordinal))
            return GpuNeed.OpenGl;
        bool virtio = driver.StartsWith("virtio-gpu", StringComparison.Ordinal) || driver.StartsWith("virtio-vga", StringComparison.Ordinal);
        return virtio && blob ? GpuNeed.Blob : GpuNeed.None;
    }

    private static (string?, bool) FromOptions(string value)
    {
        var options = new QemuOptionValue(value, "driver");
        return (options["driver"], options.IsOn("blob"));
    }

    private static (string?, bool) FromJson(string value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(value);
            JsonElement root = document.RootElement;
            string? driver = root.TryGetProperty("driver", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
            return (driver, root.TryGetProperty("blob", out JsonElement blob) && blob.ValueKind == JsonValueKind.True);
        }
        catch (JsonException)
        {
            return (null, false);   // QEMU will say what is wrong with it
        }
    }
}
