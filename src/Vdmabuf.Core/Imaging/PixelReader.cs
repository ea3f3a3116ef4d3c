namespace Vdmabuf.Core.Imaging;

/// <summary>A colour of 8 bits a channel; alpha 255 is opaque. Premultiplied or not as the image was.</summary>
public readonly record struct Rgba8(byte Red, byte Green, byte Blue, byte Alpha);

/// <summary>Decodes single pixels of packed RGB formats. For tests and screenshots: it is clear, not fast.</summary>
public static class PixelReader
{
    /// <summary>True where <see cref="Read"/> can decode the format (packed integer RGB up to 32 bits).</summary>
    public static bool CanRead(PixelFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return format.Channels is not null;
    }

    /// <summary>
    /// The colour of the pixel that begins at <paramref name="pixel"/>[0]. Channels of other depths are scaled to
    /// 8 bits so that 0 stays 0 and the largest value becomes 255, rounded to nearest.
    /// </summary>
    /// <exception cref="NotSupportedException">The format is not packed RGB.</exception>
    /// <exception cref="ArgumentException">The span is shorter than a pixel.</exception>
    public static Rgba8 Read(PixelFormat format, ReadOnlySpan<byte> pixel)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format.Channels is not { } channels)
            throw new NotSupportedException($"{format.Name} is not a packed RGB format; convert the image first");
        int bytes = format.BytesPerPixel;
        if (pixel.Length < bytes)
            throw new ArgumentException($"{pixel.Length} bytes given, a pixel of {format.Name} has {bytes}", nameof(pixel));

        uint word = 0;
        for (int i = 0; i < bytes; i++) word |= (uint)pixel[i] << (8 * i);
        byte alpha = channels.Alpha.Bits == 0 ? byte.MaxValue : Scale(word, channels.Alpha);
        return new Rgba8(Scale(word, channels.Red), Scale(word, channels.Green), Scale(word, channels.Blue), alpha);
    }

    private static byte Scale(uint word, ChannelBits channel)
    {
        uint max = (1u << channel.Bits) - 1;
        uint value = word >> channel.Shift & max;
        return (byte)((value * byte.MaxValue + max / 2) / max);
    }
}
