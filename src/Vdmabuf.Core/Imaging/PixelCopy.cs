namespace Vdmabuf.Core.Imaging;

/// <summary>Pixels with rows a stride apart, as a span somebody else owns.</summary>
/// <param name="bytes">The memory, beginning with the first row.</param>
/// <param name="stride">Bytes from one row to the next.</param>
public readonly ref struct ReadOnlyPixels(ReadOnlySpan<byte> bytes, int stride)
{
    /// <summary>The memory.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; } = stride;

    /// <summary>A part of a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not in the memory.</exception>
    public ReadOnlySpan<byte> Row(int y, int offset, int length) =>
        Bytes.Slice(checked(y * Stride + offset), length);
}

/// <summary>Copies rectangles between images of one format. The only place where pixels are copied by the CPU.</summary>
public static class PixelCopy
{
    /// <summary>
    /// Copies <paramref name="source"/>'s rectangle at (<paramref name="sourceX"/>, <paramref name="sourceY"/>) to
    /// <paramref name="target"/>, which gives the size. Both images have <paramref name="bytesPerPixel"/>.
    /// </summary>
    /// <returns>The bytes copied, for the counter that users see.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A row is not within its memory. Whoever calls has validated the sizes, so this is a fault of ours and never
    /// a write past the end.
    /// </exception>
    public static long Copy(
        ReadOnlyPixels source, int sourceX, int sourceY,
        Span<byte> targetBytes, int targetStride, Rect target, int bytesPerPixel)
    {
        if (target.IsEmpty) return 0;
        int rowBytes = checked(target.Width * bytesPerPixel);
        if (sourceX == 0 && target.X == 0 && rowBytes == source.Stride && rowBytes == targetStride)
        {
            // Whole rows without padding on both sides are one block.
            int block = checked(rowBytes * target.Height);
            source.Row(sourceY, 0, block).CopyTo(targetBytes.Slice(checked(target.Y * targetStride), block));
            return block;
        }

        int sourceOffset = checked(sourceX * bytesPerPixel), targetOffset = checked(target.X * bytesPerPixel);
        for (int row = 0; row < target.Height; row++)
        {
            source.Row(sourceY + row, sourceOffset, rowBytes)
                .CopyTo(targetBytes.Slice(checked((target.Y + row) * targetStride + targetOffset), rowBytes));
        }
        return (long)rowBytes * target.Height;
    }
}
