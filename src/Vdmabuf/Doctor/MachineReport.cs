namespace Vdmabuf.Doctor;

/// <summary>What was found out about this machine. Facts only; what follows from them is <see cref="Diagnosis"/>.</summary>
internal sealed record MachineReport(
    CompositorFacts Compositor,
    UdmabufFacts Udmabuf,
    IReadOnlyList<RenderNodeFacts> RenderNodes,
    IReadOnlyList<QemuFacts> Qemus,
    KernelFacts Kernel,
    LibraryFacts Libraries);

/// <summary>The compositor; where <see cref="Error"/> is set there is none, and all else is empty.</summary>
internal sealed record CompositorFacts(
    string Display, string? Error, IReadOnlyList<GlobalFacts> Globals, IReadOnlyList<string> ShmFormats, DmabufFacts? Dmabuf);

/// <summary>A global and its version.</summary>
internal readonly record struct GlobalFacts(string Interface, uint Version);

/// <summary>What the compositor imports: how many formats, and pairs of format and modifier; its device as major:minor.</summary>
internal sealed record DmabufFacts(uint Version, string? MainDevice, string? MainDeviceNode, int Tranches, int Formats, int Pairs);

/// <summary>The kernel's udmabuf; the limits are null where it does not tell.</summary>
internal sealed record UdmabufFacts(bool Present, bool Usable, long? ListLimit, long? SizeLimitMebibytes);

/// <summary>A GPU node.</summary>
internal readonly record struct RenderNodeFacts(string Path, bool Usable);

/// <summary>A QEMU; the version is null where the program did not tell one.</summary>
internal sealed record QemuFacts(string Path, string? Version, bool DbusDisplay, bool OpenGl);

/// <summary>The kernel and this process's limits.</summary>
internal sealed record KernelFacts(string Release, bool MemfdSeals, long? OpenFiles);

/// <summary>The libraries that are loaded at run time.</summary>
internal sealed record LibraryFacts(bool WaylandClient, bool Systemd, bool Libdecor);
