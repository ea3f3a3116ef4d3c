using Vdmabuf.Linux;

namespace Vdmabuf.Launch;

/// <summary>The GPU nodes that render without owning a screen.</summary>
internal static class RenderNodes
{
    private const string Folder = "/dev/dri";

    /// <summary>All of them, with whether this user may open them.</summary>
    internal static IReadOnlyList<(string Path, bool Usable)> All()
    {
        if (!Directory.Exists(Folder)) return [];
        string[] nodes = Directory.GetFileSystemEntries(Folder, "renderD*");
        Array.Sort(nodes, StringComparer.Ordinal);
        return [.. nodes.Select(node => (node, ChildProcess.MayReadAndWrite(node)))];
    }

    /// <summary>The first usable one, which is QEMU's own choice too.</summary>
    internal static string? FirstUsable() => All().FirstOrDefault(node => node.Usable).Path;
}
