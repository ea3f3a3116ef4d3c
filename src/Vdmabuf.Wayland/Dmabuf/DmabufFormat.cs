namespace Vdmabuf.Wayland.Dmabuf;

/// <summary>A pixel format in a memory layout.</summary>
/// <param name="Fourcc">DRM fourcc, such as 0x34325258 (XR24).</param>
/// <param name="Modifier">DRM format modifier; <see cref="ImplicitModifier"/> leaves the layout to the driver.</param>
public readonly record struct DmabufFormat(uint Fourcc, ulong Modifier)
{
    /// <summary>DRM_FORMAT_MOD_INVALID: the layout is known to the driver that made the buffer only.</summary>
    public const ulong ImplicitModifier = 0x00ff_ffff_ffff_ffff;

    /// <summary>DRM_FORMAT_MOD_LINEAR: rows one after the other.</summary>
    public const ulong LinearModifier = 0;
}
