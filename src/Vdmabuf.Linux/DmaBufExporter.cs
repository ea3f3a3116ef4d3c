using System.Runtime.InteropServices;

namespace Vdmabuf.Linux;

/// <summary>Who made a dma-buf, as /proc tells.</summary>
public static class DmaBufExporter
{
    /// <summary>The exporter's name ("udmabuf", "i915", "system", …), or null where it is no dma-buf. Allocates: once per buffer.</summary>
    public static string? Of(SafeHandle fd)
    {
        ArgumentNullException.ThrowIfNull(fd);
        try
        {
            foreach (string line in File.ReadLines($"/proc/self/fdinfo/{fd.DangerousGetHandle()}"))
                if (line.StartsWith("exp_name:", StringComparison.Ordinal)) return line["exp_name:".Length..].Trim();
        }
        catch (IOException)
        {
            // No /proc: nobody knows.
        }
        return null;
    }
}
