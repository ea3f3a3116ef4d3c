using System.Buffers.Binary;

namespace Vdmabuf.Compositor;

/// <summary>DRM format codes the compositor offers or can read.</summary>
public static class Fourcc
{
    public const uint Xrgb8888 = 0x34325258;
    public const uint Argb8888 = 0x34325241;
    public const uint Xbgr8888 = 0x34324258;
    public const uint Abgr8888 = 0x34324241;
    public const uint Rgb565 = 0x36314752;
    public const uint Xrgb2101010 = 0x30335258;
    public const uint R8 = 0x20203852;

    public const ulong ModifierLinear = 0;
    public const ulong ModifierInvalid = 0x00ffffffffffffff;

    /// <summary>wl_shm numbers ARGB8888 and XRGB8888 as 0 and 1, everything else by fourcc.</summary>
    public static uint FromShm(uint code) => code switch { 0 => Argb8888, 1 => Xrgb8888, _ => code };

    public static uint ToShm(uint fourcc) => fourcc switch { Argb8888 => 0, Xrgb8888 => 1, _ => fourcc };

    public static int BytesPerPixel(uint fourcc) => fourcc switch
    {
        Rgb565 => 2,
        R8 => 1,
        _ => 4,
    };

    public static string Name(uint fourcc) =>
        new([(char)(fourcc & 0xff), (char)((fourcc >> 8) & 0xff), (char)((fourcc >> 16) & 0xff), (char)(fourcc >> 24)]);
}

/// <summary>A picture as the client drew it: rows without padding, in the buffer's own format.</summary>
public sealed class PixelImage(int width, int height, uint format, byte[] bytes)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public uint Format { get; } = format;

    public byte[] Bytes { get; } = bytes;

    /// <summary>One pixel as 0xRRGGBB, whatever the format.</summary>
    public uint Rgb(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height);
        int size = Fourcc.BytesPerPixel(Format);
        ReadOnlySpan<byte> pixel = Bytes.AsSpan((y * Width + x) * size, size);
        switch (Format)
        {
            case Fourcc.Xrgb8888 or Fourcc.Argb8888:
                return BinaryPrimitives.ReadUInt32LittleEndian(pixel) & 0xffffff;
            case Fourcc.Xbgr8888 or Fourcc.Abgr8888:
                return (uint)(pixel[0] << 16 | pixel[1] << 8 | pixel[2]);
            case Fourcc.Xrgb2101010:
                uint deep = BinaryPrimitives.ReadUInt32LittleEndian(pixel);
                return ((deep >> 22) & 0xff) << 16 | ((deep >> 12) & 0xff) << 8 | ((deep >> 2) & 0xff);
            case Fourcc.Rgb565:
                uint low = BinaryPrimitives.ReadUInt16LittleEndian(pixel);
                return ((low >> 11) * 255 / 31) << 16 | (((low >> 5) & 63) * 255 / 63) << 8 | ((low & 31) * 255 / 31);
            default:
                throw new NotSupportedException($"Pixels of {Fourcc.Name(Format)} are not understood; use Bytes.");
        }
    }
}
