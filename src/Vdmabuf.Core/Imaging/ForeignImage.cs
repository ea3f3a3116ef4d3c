using System.Runtime.CompilerServices;

namespace Vdmabuf.Core.Imaging;

/// <summary>One plane as a stranger describes it.</summary>
/// <param name="Offset">Claimed offset in the fd, bytes.</param>
/// <param name="Stride">Claimed distance of two rows, bytes.</param>
/// <param name="FdSize">
/// Size in bytes of the plane's own fd as the kernel told it (never as the stranger claims), -1 where it could not
/// be found out. Ignored for planes that share an earlier plane's fd.
/// </param>
public readonly record struct ForeignPlane(long Offset, long Stride, long FdSize);

/// <summary>Room for the planes of a foreign image; planes claimed past these are refused unseen.</summary>
[InlineArray(PlaneLayouts.MaxPlanes)]
public struct ForeignPlanes
{
    private ForeignPlane _first;
}

/// <summary>
/// An image as a guest, a VMM or a kernel blob describes it: nothing here is trusted. All numbers are 64 bits wide,
/// so that a source passes on what it received; unsigned 64-bit numbers above 2⁶³ arrive negative and are refused.
/// </summary>
public readonly struct ForeignImage
{
    /// <summary>Claimed width of the whole image, pixels.</summary>
    public long BackingWidth { get; init; }

    /// <summary>Claimed height of the whole image, pixels.</summary>
    public long BackingHeight { get; init; }

    /// <summary>Claimed first column of the scanout within the image.</summary>
    public long X { get; init; }

    /// <summary>Claimed first row of the scanout within the image, row 0 first in memory.</summary>
    public long Y { get; init; }

    /// <summary>Claimed width of the scanout, pixels.</summary>
    public long Width { get; init; }

    /// <summary>Claimed height of the scanout, pixels.</summary>
    public long Height { get; init; }

    /// <summary>Claimed DRM format code.</summary>
    public uint Fourcc { get; init; }

    /// <summary>Claimed DRM modifier.</summary>
    public ulong Modifier { get; init; }

    /// <summary>Whether row 0 in memory is said to be the bottom line.</summary>
    public bool BottomUp { get; init; }

    /// <summary>Claimed number of planes, also where it is nonsense.</summary>
    public long PlaneCount { get; init; }

    /// <summary>Fds that came with the image. Planes past the last fd share the last one.</summary>
    public int FdCount { get; init; }

    /// <summary>The first planes.</summary>
    public ForeignPlanes Planes { get; init; }

    /// <summary>An image of one plane and one fd whose scanout is the whole of it.</summary>
    public static ForeignImage Single(
        long width, long height, uint fourcc, ulong modifier, long offset, long stride, long fdSize)
    {
        ForeignPlanes planes = default;
        planes[0] = new ForeignPlane(offset, stride, fdSize);
        return new ForeignImage
        {
            BackingWidth = width,
            BackingHeight = height,
            Width = width,
            Height = height,
            Fourcc = fourcc,
            Modifier = modifier,
            PlaneCount = 1,
            FdCount = 1,
            Planes = planes,
        };
    }
}
