using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Core.Presentation;

/// <summary>Everything the choice of a rung depends on: facts found out elsewhere, nothing is asked for here.</summary>
public readonly struct LadderInput
{
    /// <summary>The image's layout.</summary>
    public required ImageLayout Layout { get; init; }

    /// <summary>What kind of memory the fds name.</summary>
    public required BufferMemory Memory { get; init; }

    /// <summary>Whether the memory carries F_SEAL_SHRINK.</summary>
    public bool SealedAgainstShrinking { get; init; }

    /// <summary>Whether the CPU can read the memory (it could be mapped or read from).</summary>
    public bool ReadableByCpu { get; init; }

    /// <summary>Whether the compositor has <c>zwp_linux_dmabuf_v1</c>.</summary>
    public bool DmaBufProtocol { get; init; }

    /// <summary>Whether the compositor's feedback has the format with the modifier (asked for with the opaque twin).</summary>
    public bool DmaBufFormatOffered { get; init; }

    /// <summary>Whether the compositor's <c>wl_shm</c> has the format (asked for with the opaque twin).</summary>
    public bool ShmFormatOffered { get; init; }

    /// <summary>What is known of this kind of dma-buf.</summary>
    public ImportVerdict DmaBufVerdict { get; init; }

    /// <summary>What is known of the udmabuf made of this kind of memory.</summary>
    public ImportVerdict UdmabufVerdict { get; init; }

    /// <summary>Whether this program and this machine can make udmabufs.</summary>
    public RungAvailability Udmabuf { get; init; }

    /// <summary>Whether this program and this machine can convert on the GPU.</summary>
    public RungAvailability GpuConversion { get; init; }

    /// <summary>Whether the user forbids handing dma-bufs to the compositor.</summary>
    public bool ForbidDmaBuf { get; init; }
}

/// <summary>Whether an optional rung exists here.</summary>
public enum RungAvailability
{
    /// <summary>This version of the program cannot do it.</summary>
    NotImplemented,

    /// <summary>The program can, this machine cannot (no device, no rights).</summary>
    NotOnThisMachine,

    /// <summary>It can be used.</summary>
    Available,
}
