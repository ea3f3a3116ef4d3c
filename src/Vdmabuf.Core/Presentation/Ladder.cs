using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Core.Presentation;

/// <summary>
/// Chooses the highest rung that can carry a buffer. After a refusal by the compositor the window records the
/// verdict and asks again, which gives the next rung. Allocates nothing.
/// </summary>
public static class Ladder
{
    /// <summary>How many rungs there are.</summary>
    public const int RungCount = (int)Rung.Copy + 1;

    /// <summary>The choice, with the obstacle of every rung above the chosen one.</summary>
    public static LadderChoice Choose(in LadderInput input)
    {
        LadderObstacles obstacles = default;
        Rung? chosen = null;
        for (Rung rung = Rung.DmaBuf; rung <= Rung.Copy; rung++)
        {
            RungObstacle obstacle = chosen is null ? Judge(rung, input) : RungObstacle.NotNeeded;
            obstacles[(int)rung] = obstacle;
            if (obstacle == RungObstacle.None) chosen = rung;
        }
        return new LadderChoice(chosen, obstacles);
    }

    private static RungObstacle Judge(Rung rung, in LadderInput input) => rung switch
    {
        Rung.DmaBuf => input.Memory != BufferMemory.DmaBuf
            ? RungObstacle.NotADmaBuf
            : JudgeDmaBuf(input, input.DmaBufVerdict),
        Rung.Udmabuf => JudgeUdmabuf(input),
        Rung.SharedMemory => JudgeSharedMemory(input),
        Rung.GpuConversion => ToObstacle(input.GpuConversion),
        _ => JudgeCopy(input),
    };

    private static RungObstacle JudgeDmaBuf(in LadderInput input, ImportVerdict verdict) => input switch
    {
        { ForbidDmaBuf: true } => RungObstacle.ForbiddenBySettings,
        { DmaBufProtocol: false } => RungObstacle.ProtocolMissing,
        { DmaBufFormatOffered: false } => RungObstacle.DmaBufFormatNotOffered,
        _ => verdict == ImportVerdict.Refused ? RungObstacle.CompositorRefused : RungObstacle.None,
    };

    private static RungObstacle JudgeUdmabuf(in LadderInput input)
    {
        if (input.Memory != BufferMemory.SharedMemory) return RungObstacle.NotSharedMemory;
        if (!input.SealedAgainstShrinking) return RungObstacle.NotSealed;
        RungObstacle missing = ToObstacle(input.Udmabuf);
        return missing != RungObstacle.None ? missing : JudgeDmaBuf(input, input.UdmabufVerdict);
    }

    private static RungObstacle JudgeSharedMemory(in LadderInput input)
    {
        if (input.Memory != BufferMemory.SharedMemory) return RungObstacle.NotSharedMemory;
        if (!ImageValidator.FitsSharedMemoryPool(input.Layout, out _)) return RungObstacle.LayoutNotLinear;
        return input.ShmFormatOffered ? RungObstacle.None : RungObstacle.ShmFormatNotOffered;
    }

    private static RungObstacle JudgeCopy(in LadderInput input)
    {
        if (!input.ReadableByCpu) return RungObstacle.MemoryNotReadable;
        if (input.Layout.PlaneCount != 1 || input.Layout.Modifier is not (DrmModifier.Linear or DrmModifier.Invalid))
            return RungObstacle.LayoutNotLinear;
        return input.ShmFormatOffered ? RungObstacle.None : RungObstacle.ShmFormatNotOffered;
    }

    private static RungObstacle ToObstacle(RungAvailability availability) => availability switch
    {
        RungAvailability.Available => RungObstacle.None,
        RungAvailability.NotOnThisMachine => RungObstacle.NotOnThisMachine,
        _ => RungObstacle.NotImplemented,
    };
}
