using System.Collections.Immutable;
using Vdmabuf.Core.Input;
using Vdmabuf.Core.Placement;

namespace Vdmabuf.Core.Settings;

/// <summary>What a user may choose for the windows of a VM. Unchanging: a reload makes a new one.</summary>
public sealed record ViewSettings
{
    /// <summary>Never hand dma-bufs to the compositor: for drivers that claim to import and show black.</summary>
    public bool ForbidDmaBuf { get; init; }

    /// <summary>
    /// Compare shared-memory frames to find the damage, where the VM reports the whole screen on every flip. Costs
    /// about a millisecond of CPU a frame and saves the compositor several.
    /// </summary>
    public bool CompareFrames { get; init; }

    /// <summary>How a picture fills a window of another size.</summary>
    public ScalingMode Scaling { get; init; } = ScalingMode.Fit;

    /// <summary>Ask the guest for a mode of the window's size whenever that changes.</summary>
    public bool GuestFollowsWindow { get; init; } = true;

    /// <summary>Keep the compositor's own shortcuts from the guest's keyboard while it has the focus.</summary>
    public bool InhibitShortcuts { get; init; } = true;

    /// <summary>The keys that give keyboard and pointer back; Ctrl+Alt+G unless chosen otherwise.</summary>
    public ImmutableArray<ChordKey> ReleaseChord { get; init; } =
        [ChordKey.Control, ChordKey.Alt, ChordKey.Single(34)];

    /// <summary>What is wrong with the settings, one sentence each with the value and the way to mend it.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        List<string> faults = [];
        if (!Enum.IsDefined(Scaling))
            faults.Add($"scaling is {(int)Scaling}; choose one of {string.Join(", ", Enum.GetNames<ScalingMode>())}");
        if (ReleaseChord.IsDefault)
            faults.Add("the release chord is missing; without one the pointer could not leave a grab");
        else if (Input.ReleaseChord.FindFault(ReleaseChord.AsSpan()) is { } fault)
            faults.Add($"the release chord cannot be used: {fault}");
        return faults;
    }
}
