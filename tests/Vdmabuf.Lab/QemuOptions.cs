using System.Globalization;

namespace Vdmabuf.Lab;

/// <summary>How a guest that draws is started.</summary>
public sealed record QemuOptions
{
    /// <summary>What vdmabuf-draw does, its arguments separated by commas: "flip,fps=60", "dirty,hold-after=7", "mode,every=10".</summary>
    public string Draw { get; init; } = "flip,hold-after=1";

    /// <summary>QEMU 11 of the Debian 13 root (needs root) instead of the machine's own.</summary>
    public bool InRoot { get; init; }

    /// <summary>The display device, with an id for <c>screendump</c>; "virtio-gpu-pci,max_outputs=2" for two heads.</summary>
    public string Device { get; init; } = "virtio-gpu-pci";

    /// <summary>A display back end, "none" for a test without one. Null: leave it out, for <c>vdmabuf run</c>, which adds its own.</summary>
    public string? Display { get; init; } = "none";

    public int MemoryMegabytes { get; init; } = 256;

    /// <summary>Guest RAM as a sealed memfd, as dma-bufs from guest pages need it.</summary>
    public bool MemfdMemory { get; init; } = true;

    public string Name { get; init; } = "lab";

    /// <summary>A QMP socket where QEMU listens, for <c>vdmabuf attach qemu --qmp</c>.</summary>
    public string? QmpServer { get; init; }

    /// <summary>Added to the kernel's command line. "video=Virtual-2:e" makes the guest use a second head that no display has switched
    /// on; with our program, SetUIInfo does that.</summary>
    public string KernelArguments { get; init; } = "";

    public IReadOnlyList<string> ExtraArguments { get; init; } = [];
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The id under which the display device is known to QMP.</summary>
    public const string DeviceId = "display0";

    /// <summary>QEMU's arguments; it connects to the two sockets at start.</summary>
    internal List<string> Arguments(string controlSocket, string qmpSocket, string serialLog) =>
    [
        "-name", Name,
        "-machine", MemfdMemory ? "q35,memory-backend=ram" : "q35",
        .. MemfdMemory ? ["-object", string.Create(CultureInfo.InvariantCulture, $"memory-backend-memfd,id=ram,size={MemoryMegabytes}M,share=on")] : Array.Empty<string>(),
        "-m", MemoryMegabytes.ToString(CultureInfo.InvariantCulture),
        "-accel", "tcg,thread=multi", "-cpu", "max", "-nodefaults", "-no-reboot",
        .. Display is null ? Array.Empty<string>() : ["-display", Display],
        "-device", $"{Device},id={DeviceId}",
        "-kernel", LabAssets.Kernel, "-initrd", LabAssets.GuestImage,
        "-append", $"console=ttyS0 quiet panic=-1 vdmabuf.draw={Draw},control=/dev/ttyS1 {KernelArguments}",
        "-serial", $"file:{serialLog}",
        "-chardev", $"socket,id=control,path={controlSocket}", "-serial", "chardev:control",
        "-qmp", $"unix:{qmpSocket}",
        .. QmpServer is null ? Array.Empty<string>() : ["-qmp", $"unix:{QmpServer},server=on,wait=off"],
        .. ExtraArguments,
    ];
}
