using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Dmabuf;

/// <summary>The part of a feedback set that has arrived.</summary>
internal sealed class PendingFeedback
{
    public DmabufFormat[]? Table { get; set; }

    public ulong? MainDevice { get; set; }

    public ulong? TargetDevice { get; set; }

    public ZwpLinuxDmabufFeedbackV1TrancheFlags Flags { get; set; }

    public List<ushort> Indices { get; } = [];

    public List<PendingTranche> Tranches { get; } = [];

    public void CloseTranche()
    {
        Tranches.Add(new PendingTranche(TargetDevice, Flags, [.. Indices]));
        TargetDevice = null;
        Flags = 0;
        Indices.Clear();
    }

    public void Clear()
    {
        Table = null;
        MainDevice = null;
        TargetDevice = null;
        Flags = 0;
        Indices.Clear();
        Tranches.Clear();
    }
}

/// <summary>A tranche whose indices are not looked up yet.</summary>
internal readonly record struct PendingTranche(
    ulong? TargetDevice, ZwpLinuxDmabufFeedbackV1TrancheFlags Flags, ushort[] Indices);
