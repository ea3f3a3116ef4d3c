using System.Runtime.CompilerServices;

namespace Vdmabuf.Core.Imaging;

/// <summary>Where one plane lies inside its fd. Both in bytes.</summary>
public readonly record struct PlaneLayout(uint Offset, uint Stride);

/// <summary>Room for the planes of one image; more than four do not exist (design: image description).</summary>
[InlineArray(MaxPlanes)]
public struct PlaneLayouts : IEquatable<PlaneLayouts>
{
    /// <summary>The most planes an image has.</summary>
    public const int MaxPlanes = 4;

    private PlaneLayout _first;

    /// <inheritdoc/>
    public readonly bool Equals(PlaneLayouts other)
    {
        for (int i = 0; i < MaxPlanes; i++)
            if (this[i] != other[i]) return false;
        return true;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is PlaneLayouts other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3]);

    /// <summary>Equality by value.</summary>
    public static bool operator ==(PlaneLayouts left, PlaneLayouts right) => left.Equals(right);

    /// <summary>Inequality by value.</summary>
    public static bool operator !=(PlaneLayouts left, PlaneLayouts right) => !left.Equals(right);
}

/// <summary>
/// Everything about an image except its memory. Only <see cref="ImageValidator"/> makes one from foreign numbers,
/// so whoever holds one may trust it: sizes are positive, planes are within their fds, the format is known.
/// </summary>
/// <param name="Width">Columns of the whole image (the backing), in pixels.</param>
/// <param name="Height">Rows of the whole image, in pixels.</param>
/// <param name="Crop">The part that is the scanout, in image pixels with row 0 first in memory.</param>
/// <param name="Fourcc">DRM format code of the image.</param>
/// <param name="Modifier">DRM format modifier; <see cref="DrmModifier.Invalid"/> means implicit.</param>
/// <param name="BottomUp">True where row 0 in memory is the bottom line of the picture (QEMU's <c>y0_top</c>).</param>
/// <param name="PlaneCount">1 to 4.</param>
/// <param name="Planes">Offset and stride of each plane.</param>
public readonly record struct ImageLayout(
    int Width, int Height, Rect Crop, uint Fourcc, ulong Modifier, bool BottomUp, int PlaneCount, PlaneLayouts Planes);

/// <summary>Modifier values with a meaning of their own.</summary>
public static class DrmModifier
{
    /// <summary>DRM_FORMAT_MOD_LINEAR: rows follow each other, no tiling.</summary>
    public const ulong Linear = 0;

    /// <summary>DRM_FORMAT_MOD_INVALID: the layout is implied by the memory and its device.</summary>
    public const ulong Invalid = 0x00ff_ffff_ffff_ffff;
}
