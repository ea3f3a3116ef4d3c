using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>
/// The picture vdmabuf-draw paints, from the description in tests/lab/guest/picture.h and not from its code: the
/// reference where QEMU has none (its screendump says "no surface" for a blob scanout under gl=on).
/// </summary>
internal static class GuestPicture
{
    public static PixelImage Draw(int width, int height, uint frame, int head = 0)
    {
        var image = new PixelImage(width, height);
        uint blue = (uint)(64 + 48 * head);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                image[x, y] = (uint)(255 * x / (width - 1)) << 16 | (uint)(255 * y / (height - 1)) << 8 | blue;
        Fill(image, (int)(8L * frame % (width - 64)), 32 + (int)(4L * frame % (height - 96)), 64, frame % 2 == 1 ? 0xffffffu : 0x0000ffu);
        ulong strip = Strip(frame, (uint)head);
        for (int i = 0; i < 40; i++)
            Fill(image, 16 * i, 0, 16, (strip >> i & 1) == 1 ? 0xffffffu : 0);
        return image;
    }

    private static ulong Strip(uint frame, uint head)
    {
        ulong groups = frame & 0x0fffffff | (ulong)head << 28, check = 0b0101;
        for (int i = 0; i < 8; i++) check ^= groups >> 4 * i & 15;
        return 0b1101 | groups << 4 | check << 36;
    }

    private static void Fill(PixelImage image, int left, int top, int size, uint colour)
    {
        for (int y = top; y < top + size; y++) image.Row(y).Slice(left, size).Fill(colour);
    }
}
