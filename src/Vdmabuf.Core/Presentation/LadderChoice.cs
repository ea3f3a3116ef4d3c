using System.Runtime.CompilerServices;
using System.Text;

namespace Vdmabuf.Core.Presentation;

/// <summary>One obstacle for each rung.</summary>
[InlineArray(Ladder.RungCount)]
public struct LadderObstacles
{
    private RungObstacle _first;
}

/// <summary>The rung that carries a buffer, and why none of those above it does.</summary>
public readonly struct LadderChoice
{
    private readonly LadderObstacles _obstacles;

    internal LadderChoice(Rung? rung, in LadderObstacles obstacles)
    {
        Rung = rung;
        _obstacles = obstacles;
    }

    /// <summary>The rung; null where the buffer cannot be shown at all.</summary>
    public Rung? Rung { get; }

    /// <summary>What keeps the buffer off a rung.</summary>
    public RungObstacle Obstacle(Rung rung) => _obstacles[(int)rung];

    /// <summary>The rung's name as users read it: dma-buf, udmabuf, shared memory, GPU conversion, copy.</summary>
    public static string NameOf(Rung rung) => rung switch
    {
        Presentation.Rung.DmaBuf => "dma-buf",
        Presentation.Rung.Udmabuf => "udmabuf",
        Presentation.Rung.SharedMemory => "shared memory",
        Presentation.Rung.GpuConversion => "GPU conversion",
        Presentation.Rung.Copy => "copy",
        _ => rung.ToString(),
    };

    /// <summary>An obstacle in words, with what can be done about it.</summary>
    public static string Describe(RungObstacle obstacle) => obstacle switch
    {
        RungObstacle.None => "possible",
        RungObstacle.NotNeeded => "not needed",
        RungObstacle.ForbiddenBySettings => "the settings forbid dma-bufs; allow them to avoid a slower way",
        RungObstacle.NotADmaBuf => "the VM's memory is not a dma-buf; give the VM's virtio-gpu blob=on or GL for one",
        RungObstacle.NotSharedMemory => "the VM's memory is not a memfd",
        RungObstacle.ProtocolMissing => "the compositor has no zwp_linux_dmabuf_v1; it needs a GPU driver that can import",
        RungObstacle.DmaBufFormatNotOffered => "the compositor does not take this format and modifier as a dma-buf",
        RungObstacle.ShmFormatNotOffered => "the compositor does not take this format as shared memory; choose XRGB8888 in the guest",
        RungObstacle.CompositorRefused =>
            "the compositor refused a buffer of this kind; a guest mode whose width is a multiple of 64 pixels may be taken",
        RungObstacle.NotSealed => "the memfd has no F_SEAL_SHRINK",
        RungObstacle.NotOnThisMachine => "this machine lacks the device or the rights for it",
        RungObstacle.NotImplemented => "this version cannot do it",
        RungObstacle.LayoutNotLinear => "the image is tiled, of several planes, or beyond 2 GiB",
        RungObstacle.MemoryNotReadable => "the CPU cannot read the memory",
        _ => obstacle.ToString(),
    };

    /// <summary>The choice and each obstacle above it, in one line for logs and status output. Allocates.</summary>
    public string Describe()
    {
        StringBuilder text = new(Rung is { } chosen ? NameOf(chosen) : "cannot be shown");
        char separator = ':';
        for (Rung rung = Presentation.Rung.DmaBuf; rung <= Presentation.Rung.Copy; rung++)
        {
            RungObstacle obstacle = Obstacle(rung);
            if (obstacle is RungObstacle.None or RungObstacle.NotNeeded) continue;
            text.Append(separator).Append(" no ").Append(NameOf(rung)).Append(" (").Append(Describe(obstacle)).Append(')');
            separator = ',';
        }
        return text.ToString();
    }
}
