using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Dmabuf;

/// <summary>Formats that serve one purpose on one device; earlier tranches are preferred.</summary>
/// <param name="TargetDevice">The dev_t of the device, or null where the protocol's version does not tell.</param>
/// <param name="Flags">What the tranche is good for.</param>
/// <param name="Formats">The formats, in the compositor's order.</param>
public sealed record DmabufTranche(
    ulong? TargetDevice, ZwpLinuxDmabufFeedbackV1TrancheFlags Flags, IReadOnlyList<DmabufFormat> Formats);
