namespace Vdmabuf.Core.Imaging;

/// <summary>What is true of pixels that came by value, once they were judged.</summary>
/// <param name="Target">The rectangle they fill, in pixels of the scanout.</param>
/// <param name="Stride">Bytes between two of their rows.</param>
/// <param name="Fourcc">DRM format code.</param>
public readonly record struct PixelBlock(Rect Target, int Stride, uint Fourcc);

/// <summary>What is true of a cursor, once it was judged. Its pixels are tightly packed 32-bit words.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="HotX">Column of the hot spot, within the image.</param>
/// <param name="HotY">Row of the hot spot, within the image.</param>
public readonly record struct CursorShape(int Width, int Height, int HotX, int HotY);

/// <summary>The rules for pixels that come in the message itself (spec: QEMU D-Bus display §4, §6).</summary>
public static partial class ImageValidator
{
    /// <summary>The longest side of a cursor, in pixels.</summary>
    public const int MaxCursorSide = 512;

    /// <summary>
    /// Judges a full frame sent by value. QEMU sends stride x height bytes; more are tolerated, and the last row
    /// must be whole.
    /// </summary>
    /// <returns>The refusal; none where <paramref name="block"/> may be used.</returns>
    public static ImageRefusal ValidateBytes(
        long width, long height, long stride, uint pixmanFormat, long dataLength, out PixelBlock block)
    {
        block = default;
        if (!IsSide(width) || !IsSide(height)) return new(ImageError.SizeOutOfRange, -1, width, height);
        return JudgeBytes(new Rect(0, 0, (int)width, (int)height), stride, pixmanFormat, dataLength, out block);
    }

    /// <summary>Judges a rectangle sent by value into an image of <paramref name="imageWidth"/> x <paramref name="imageHeight"/>.</summary>
    /// <returns>The refusal; none where <paramref name="block"/> may be used.</returns>
    public static ImageRefusal ValidateUpdate(
        long x, long y, long width, long height, long stride, uint pixmanFormat, long dataLength,
        int imageWidth, int imageHeight, out PixelBlock block)
    {
        block = default;
        if (!IsSpanInside(x, width, imageWidth) || !IsSpanInside(y, height, imageHeight) || !IsSide(width) || !IsSide(height))
            return new(ImageError.UpdateOutsideImage, -1, x, y, width, height);
        return JudgeBytes(new Rect((int)x, (int)y, (int)width, (int)height), stride, pixmanFormat, dataLength, out block);
    }

    /// <summary>
    /// Judges a cursor: at most <see cref="MaxCursorSide"/> a side, exactly width x height x 4 bytes. A hot spot
    /// outside is moved to the nearest pixel inside, since guests do that without meaning harm.
    /// </summary>
    /// <returns>The refusal; none where <paramref name="shape"/> may be used.</returns>
    public static ImageRefusal ValidateCursor(
        long width, long height, long hotX, long hotY, long dataLength, out CursorShape shape)
    {
        shape = default;
        if (width is < 1 or > MaxCursorSide || height is < 1 or > MaxCursorSide)
            return new(ImageError.CursorTooLarge, -1, width, height);
        long rowBytes = width * 4;
        if (dataLength != rowBytes * height)
            return new(ImageError.DataLengthWrong, -1, dataLength, height, rowBytes);
        shape = new CursorShape(
            (int)width, (int)height, (int)Math.Clamp(hotX, 0, width - 1), (int)Math.Clamp(hotY, 0, height - 1));
        return default;
    }

    private static ImageRefusal JudgeBytes(
        Rect target, long stride, uint pixmanFormat, long dataLength, out PixelBlock block)
    {
        block = default;
        if (!PixmanFormat.TryToFourcc(pixmanFormat, out uint fourcc) || !PixelFormat.TryFind(fourcc, out PixelFormat? format))
            return new(ImageError.UnknownFormat, -1, pixmanFormat);
        long rowBytes = format.Plane(0).RowBytes(target.Width);
        if (stride < rowBytes || stride > int.MaxValue)
            return new(ImageError.StrideOutOfRange, 0, stride, target.Width, rowBytes, int.MaxValue);
        if (dataLength < stride * target.Height)
            return new(ImageError.DataLengthWrong, -1, dataLength, target.Height, stride);
        block = new PixelBlock(target, (int)stride, fourcc);
        return default;
    }
}
