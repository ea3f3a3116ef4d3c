namespace Vdmabuf.Core.Presentation;

/// <summary>The ways to show a buffer, best first. Each step down costs something the one above does not.</summary>
public enum Rung
{
    /// <summary>The dma-buf itself becomes a wl_buffer: no copy, scanout by the compositor is possible.</summary>
    DmaBuf,

    /// <summary>A dma-buf is made of a sealed memfd's pages with <c>/dev/udmabuf</c>: no copy.</summary>
    Udmabuf,

    /// <summary>The memfd itself becomes a <c>wl_shm</c> pool: no copy by us, an upload by the compositor.</summary>
    SharedMemory,

    /// <summary>The GPU converts into a buffer that the compositor takes: one GPU copy.</summary>
    GpuConversion,

    /// <summary>The damage is copied into a <c>wl_shm</c> buffer of our own.</summary>
    Copy,
}

/// <summary>Why a rung cannot carry a buffer.</summary>
public enum RungObstacle
{
    /// <summary>Nothing: the rung can carry it.</summary>
    None,

    /// <summary>A better rung was taken, this one was not looked at.</summary>
    NotNeeded,

    /// <summary>The user's settings forbid it.</summary>
    ForbiddenBySettings,

    /// <summary>The memory is not a dma-buf.</summary>
    NotADmaBuf,

    /// <summary>The memory is a dma-buf, which cannot be a pool of shared memory.</summary>
    NotSharedMemory,

    /// <summary>The compositor has no <c>zwp_linux_dmabuf_v1</c>.</summary>
    ProtocolMissing,

    /// <summary>The compositor does not take this format with this modifier as a dma-buf.</summary>
    DmaBufFormatNotOffered,

    /// <summary>The compositor does not take this format as shared memory.</summary>
    ShmFormatNotOffered,

    /// <summary>The compositor refused a buffer of this kind.</summary>
    CompositorRefused,

    /// <summary>The memfd can shrink, so its pages cannot become a dma-buf.</summary>
    NotSealed,

    /// <summary>The machine lacks what the rung needs.</summary>
    NotOnThisMachine,

    /// <summary>This version of the program cannot do it.</summary>
    NotImplemented,

    /// <summary>The image is tiled, has several planes or is too large for the 31 bits of <c>wl_shm</c>.</summary>
    LayoutNotLinear,

    /// <summary>The memory cannot be read by the CPU.</summary>
    MemoryNotReadable,
}
