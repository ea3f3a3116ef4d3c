namespace Vdmabuf.Core.Imaging;

/// <summary>
/// DRM format codes: four ASCII letters, first letter in the lowest byte. The letters in the long name go from the
/// highest bits of the little-endian word to the lowest, as in drm_fourcc.h.
/// </summary>
public static class DrmFourcc
{
    /// <summary>32 bits x:R:G:B, in memory B G R x. By far the most common scanout.</summary>
    public const uint Xrgb8888 = 'X' | 'R' << 8 | '2' << 16 | '4' << 24;

    /// <summary>32 bits A:R:G:B, in memory B G R A.</summary>
    public const uint Argb8888 = 'A' | 'R' << 8 | '2' << 16 | '4' << 24;

    /// <summary>32 bits x:B:G:R, in memory R G B x.</summary>
    public const uint Xbgr8888 = 'X' | 'B' << 8 | '2' << 16 | '4' << 24;

    /// <summary>32 bits A:B:G:R, in memory R G B A.</summary>
    public const uint Abgr8888 = 'A' | 'B' << 8 | '2' << 16 | '4' << 24;

    /// <summary>32 bits B:G:R:x, in memory x R G B.</summary>
    public const uint Bgrx8888 = 'B' | 'X' << 8 | '2' << 16 | '4' << 24;

    /// <summary>32 bits B:G:R:A, in memory A R G B.</summary>
    public const uint Bgra8888 = 'B' | 'A' << 8 | '2' << 16 | '4' << 24;

    /// <summary>32 bits R:G:B:x, in memory x B G R.</summary>
    public const uint Rgbx8888 = 'R' | 'X' << 8 | '2' << 16 | '4' << 24;

    /// <summary>32 bits R:G:B:A, in memory A B G R.</summary>
    public const uint Rgba8888 = 'R' | 'A' << 8 | '2' << 16 | '4' << 24;

    /// <summary>24 bits R:G:B, in memory B G R.</summary>
    public const uint Rgb888 = 'R' | 'G' << 8 | '2' << 16 | '4' << 24;

    /// <summary>24 bits B:G:R, in memory R G B.</summary>
    public const uint Bgr888 = 'B' | 'G' << 8 | '2' << 16 | '4' << 24;

    /// <summary>16 bits R:G:B 5:6:5.</summary>
    public const uint Rgb565 = 'R' | 'G' << 8 | '1' << 16 | '6' << 24;

    /// <summary>16 bits B:G:R 5:6:5.</summary>
    public const uint Bgr565 = 'B' | 'G' << 8 | '1' << 16 | '6' << 24;

    /// <summary>16 bits x:R:G:B 1:5:5:5.</summary>
    public const uint Xrgb1555 = 'X' | 'R' << 8 | '1' << 16 | '5' << 24;

    /// <summary>16 bits A:R:G:B 1:5:5:5.</summary>
    public const uint Argb1555 = 'A' | 'R' << 8 | '1' << 16 | '5' << 24;

    /// <summary>32 bits x:R:G:B 2:10:10:10.</summary>
    public const uint Xrgb2101010 = 'X' | 'R' << 8 | '3' << 16 | '0' << 24;

    /// <summary>32 bits A:R:G:B 2:10:10:10.</summary>
    public const uint Argb2101010 = 'A' | 'R' << 8 | '3' << 16 | '0' << 24;

    /// <summary>32 bits x:B:G:R 2:10:10:10.</summary>
    public const uint Xbgr2101010 = 'X' | 'B' << 8 | '3' << 16 | '0' << 24;

    /// <summary>32 bits A:B:G:R 2:10:10:10.</summary>
    public const uint Abgr2101010 = 'A' | 'B' << 8 | '3' << 16 | '0' << 24;

    /// <summary>64 bits x:B:G:R, each a 16-bit float.</summary>
    public const uint Xbgr16161616F = 'X' | 'B' << 8 | '4' << 16 | 'H' << 24;

    /// <summary>64 bits A:B:G:R, each a 16-bit float.</summary>
    public const uint Abgr16161616F = 'A' | 'B' << 8 | '4' << 16 | 'H' << 24;

    /// <summary>One plane, two pixels in four bytes Y0 Cb Y1 Cr.</summary>
    public const uint Yuyv = 'Y' | 'U' << 8 | 'Y' << 16 | 'V' << 24;

    /// <summary>One plane, two pixels in four bytes Cb Y0 Cr Y1.</summary>
    public const uint Uyvy = 'U' | 'Y' << 8 | 'V' << 16 | 'Y' << 24;

    /// <summary>Two planes: Y, then Cb Cr pairs at half width and half height.</summary>
    public const uint Nv12 = 'N' | 'V' << 8 | '1' << 16 | '2' << 24;

    /// <summary>Two planes: Y, then Cr Cb pairs at half width and half height.</summary>
    public const uint Nv21 = 'N' | 'V' << 8 | '2' << 16 | '1' << 24;

    /// <summary>Two planes: Y, then Cb Cr pairs at half width and full height.</summary>
    public const uint Nv16 = 'N' | 'V' << 8 | '1' << 16 | '6' << 24;

    /// <summary>NV12 with 16-bit samples of which the upper 10 count.</summary>
    public const uint P010 = 'P' | '0' << 8 | '1' << 16 | '0' << 24;

    /// <summary>Three planes: Y, Cb, Cr; colour at half width and half height.</summary>
    public const uint Yuv420 = 'Y' | 'U' << 8 | '1' << 16 | '2' << 24;

    /// <summary>Three planes: Y, Cr, Cb; colour at half width and half height.</summary>
    public const uint Yvu420 = 'Y' | 'V' << 8 | '1' << 16 | '2' << 24;

    /// <summary>Three planes: Y, Cb, Cr; all at full size.</summary>
    public const uint Yuv444 = 'Y' | 'U' << 8 | '2' << 16 | '4' << 24;

    /// <summary>
    /// The four letters ("XR24"), or the number in hexadecimal where a byte is no printable ASCII. Allocates: for
    /// messages, not for the hot path.
    /// </summary>
    public static string NameOf(uint fourcc)
    {
        Span<char> letters = stackalloc char[4];
        for (int i = 0; i < letters.Length; i++)
        {
            char letter = (char)(fourcc >> (8 * i) & 0xff);
            if (letter is < ' ' or > '~') return $"0x{fourcc:x8}";
            letters[i] = letter;
        }
        return letters.ToString();
    }
}
