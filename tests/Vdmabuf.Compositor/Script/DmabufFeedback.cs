namespace Vdmabuf.Compositor;

/// <summary>A format and modifier pair.</summary>
public readonly record struct DmabufFormat(uint Format, ulong Modifier);

/// <summary>Formats for one target device. Flag 1: good for scanout.</summary>
public sealed record DmabufTranche(ulong TargetDevice, uint Flags, IReadOnlyList<DmabufFormat> Formats);

/// <summary>Everything a feedback object says; versions below 4 see the formats only.</summary>
public sealed record DmabufFeedback(ulong MainDevice, IReadOnlyList<DmabufTranche> Tranches)
{
    /// <summary>226:128, the first render node.</summary>
    public const ulong RenderNode = 226 << 8 | 128;

    /// <summary>Four 32-bit formats, linear and with the implicit modifier, for the first render node.</summary>
    public static DmabufFeedback Default { get; } = Linear(RenderNode, Fourcc.Xrgb8888, Fourcc.Argb8888, Fourcc.Xbgr8888, Fourcc.Abgr8888);

    public IEnumerable<DmabufFormat> AllFormats => Tranches.SelectMany(t => t.Formats);

    /// <summary>One tranche of these formats, linear and implicit.</summary>
    public static DmabufFeedback Linear(ulong device, params uint[] formats) => new(
        device,
        [new DmabufTranche(device, 0, formats.SelectMany(f => new[] { new DmabufFormat(f, Fourcc.ModifierLinear), new DmabufFormat(f, Fourcc.ModifierInvalid) }).ToArray())]);
}
