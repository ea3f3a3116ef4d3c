namespace Vdmabuf.Core.Imaging;

/// <summary>Turns foreign numbers into an <see cref="ImageLayout"/>, or into a refusal that says what is wrong.</summary>
/// <remarks>
/// Every sum is of 64-bit numbers bounded beforehand, so none can overflow. Nothing here throws for what a guest
/// sent and nothing allocates. The last row of a plane must have its full stride in the fd, although its padding is
/// never read: wl_shm demands it of a pool and compositors demand it of dma-bufs, so a looser rule would only turn
/// our refusal into a fatal protocol error.
/// </remarks>
public static partial class ImageValidator
{
    /// <summary>The longest side of an image, in pixels.</summary>
    public const int MaxSide = 16384;

    /// <summary>Judges an image that came with fds.</summary>
    public static ImageVerdict Validate(in ForeignImage image)
    {
        if (!IsSide(image.BackingWidth) || !IsSide(image.BackingHeight))
            return Refuse(new(ImageError.SizeOutOfRange, -1, image.BackingWidth, image.BackingHeight));
        if (!IsSpanInside(image.X, image.Width, image.BackingWidth) || !IsSpanInside(image.Y, image.Height, image.BackingHeight))
            return Refuse(new(ImageError.CropOutsideImage, -1, image.Width, image.Height, image.BackingWidth, image.BackingHeight));
        if (!PixelFormat.TryFind(image.Fourcc, out PixelFormat? format))
            return Refuse(new(ImageError.UnknownFormat, -1, image.Fourcc));

        // Only rows that follow each other can be measured; a tiling's own rules are the importer's to judge, and it
        // may bring planes of its own (compression state, clear colour).
        bool linear = image.Modifier is DrmModifier.Linear or DrmModifier.Invalid;
        if (image.PlaneCount < format.PlaneCount
            || image.PlaneCount > (linear ? format.PlaneCount : PlaneLayouts.MaxPlanes))
            return Refuse(new(ImageError.PlaneCountWrong, -1, image.PlaneCount, image.Fourcc, (long)image.Modifier, format.PlaneCount));
        if (image.FdCount < 1 || image.FdCount > image.PlaneCount)
            return Refuse(new(ImageError.FdCountWrong, -1, image.FdCount, image.PlaneCount));

        int width = (int)image.BackingWidth, height = (int)image.BackingHeight;
        PlaneLayouts planes = default;
        for (int i = 0; i < image.PlaneCount; i++)
        {
            long fdSize = image.Planes[Math.Min(i, image.FdCount - 1)].FdSize;
            ImageRefusal refusal = JudgePlane(format, i, linear, width, height, image.Planes[i], fdSize);
            if (!refusal.IsNone) return Refuse(refusal);
            planes[i] = new PlaneLayout((uint)image.Planes[i].Offset, (uint)image.Planes[i].Stride);
        }

        Rect crop = new((int)image.X, (int)image.Y, (int)image.Width, (int)image.Height);
        return new ImageVerdict(new ImageLayout(
            width, height, crop, image.Fourcc, image.Modifier, image.BottomUp, (int)image.PlaneCount, planes));
    }

    /// <summary>
    /// Whether a validated image can be a <c>wl_shm</c> buffer as it lies: linear, one plane, and every number within
    /// the signed 32 bits of that protocol.
    /// </summary>
    /// <param name="layout">A validated layout.</param>
    /// <param name="poolSize">The bytes the pool must have: up to the end of the image's last row. 0 where it cannot.</param>
    public static bool FitsSharedMemoryPool(in ImageLayout layout, out int poolSize)
    {
        poolSize = 0;
        if (layout.PlaneCount != 1 || layout.Modifier is not (DrmModifier.Linear or DrmModifier.Invalid)) return false;
        PlaneLayout plane = layout.Planes[0];
        long end = plane.Offset + (long)plane.Stride * layout.Height;
        if (end > int.MaxValue) return false; // bounds offset and stride too
        poolSize = (int)end;
        return true;
    }

    private static ImageRefusal JudgePlane(
        PixelFormat format, int index, bool linear, int width, int height, ForeignPlane plane, long fdSize)
    {
        bool auxiliary = index >= format.PlaneCount;
        long rowBytes = auxiliary ? 0 : format.Plane(index).RowBytes(width);
        long leastStride = linear ? rowBytes : auxiliary ? 0 : 1;
        if (plane.Stride < leastStride || plane.Stride > uint.MaxValue)
            return new(ImageError.StrideOutOfRange, index, plane.Stride, width, rowBytes, uint.MaxValue);
        if (plane.Offset < 0 || plane.Offset > uint.MaxValue)
            return new(ImageError.OffsetOutOfRange, index, plane.Offset, uint.MaxValue);

        long rows = linear ? format.Plane(index).Rows(height) : 1;
        long end = plane.Offset + Math.Max(1, plane.Stride * rows);
        if (fdSize < 0) return new(ImageError.MemorySizeUnknown, index, end);
        return end > fdSize ? new(ImageError.MemoryTooSmall, index, end, plane.Offset, plane.Stride, fdSize) : default;
    }

    private static bool IsSide(long pixels) => pixels is >= 1 and <= MaxSide;

    /// <summary>Whether [start, start + length) is not empty and within [0, size), for any start and length.</summary>
    private static bool IsSpanInside(long start, long length, long size) =>
        length >= 1 && length <= size && start >= 0 && start <= size - length;

    private static ImageVerdict Refuse(ImageRefusal refusal) => new(refusal);
}
