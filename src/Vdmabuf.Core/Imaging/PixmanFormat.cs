namespace Vdmabuf.Core.Imaging;

/// <summary>
/// Pixman's format codes, which QEMU uses for pixels it sends by value or as a mapped file:
/// <c>bpp &lt;&lt; 24 | type &lt;&lt; 16 | a &lt;&lt; 12 | r &lt;&lt; 8 | g &lt;&lt; 4 | b</c> (spec: QEMU D-Bus display §6, pixel formats).
/// They describe host-endian words, which on the little-endian machines we run on are DRM's.
/// </summary>
public static class PixmanFormat
{
    /// <summary>x8r8g8b8.</summary>
    public const uint X8R8G8B8 = 0x2002_0888;

    /// <summary>a8r8g8b8.</summary>
    public const uint A8R8G8B8 = 0x2002_8888;

    /// <summary>x8b8g8r8.</summary>
    public const uint X8B8G8R8 = 0x2003_0888;

    /// <summary>a8b8g8r8.</summary>
    public const uint A8B8G8R8 = 0x2003_8888;

    /// <summary>b8g8r8x8.</summary>
    public const uint B8G8R8X8 = 0x2008_0888;

    /// <summary>b8g8r8a8.</summary>
    public const uint B8G8R8A8 = 0x2008_8888;

    /// <summary>r8g8b8x8.</summary>
    public const uint R8G8B8X8 = 0x2009_0888;

    /// <summary>r8g8b8a8.</summary>
    public const uint R8G8B8A8 = 0x2009_8888;

    /// <summary>r8g8b8.</summary>
    public const uint R8G8B8 = 0x1802_0888;

    /// <summary>b8g8r8.</summary>
    public const uint B8G8R8 = 0x1803_0888;

    /// <summary>r5g6b5.</summary>
    public const uint R5G6B5 = 0x1002_0565;

    /// <summary>x1r5g5b5.</summary>
    public const uint X1R5G5B5 = 0x1002_0555;

    /// <summary>x2r10g10b10.</summary>
    public const uint X2R10G10B10 = 0x2002_0aaa;

    /// <summary>a2r10g10b10.</summary>
    public const uint A2R10G10B10 = 0x2002_2aaa;

    private static readonly (uint Pixman, uint Fourcc)[] Rows =
    [
        (X8R8G8B8, DrmFourcc.Xrgb8888),
        (A8R8G8B8, DrmFourcc.Argb8888),
        (X8B8G8R8, DrmFourcc.Xbgr8888),
        (A8B8G8R8, DrmFourcc.Abgr8888),
        (B8G8R8X8, DrmFourcc.Bgrx8888),
        (B8G8R8A8, DrmFourcc.Bgra8888),
        (R8G8B8X8, DrmFourcc.Rgbx8888),
        (R8G8B8A8, DrmFourcc.Rgba8888),
        (R8G8B8, DrmFourcc.Rgb888),
        (B8G8R8, DrmFourcc.Bgr888),
        (R5G6B5, DrmFourcc.Rgb565),
        (X1R5G5B5, DrmFourcc.Xrgb1555),
        (X2R10G10B10, DrmFourcc.Xrgb2101010),
        (A2R10G10B10, DrmFourcc.Argb2101010),
    ];

    /// <summary>The DRM code of a pixman code; false (and 0) where the table has none.</summary>
    public static bool TryToFourcc(uint pixman, out uint fourcc)
    {
        foreach ((uint Pixman, uint Fourcc) row in Rows)
        {
            if (row.Pixman != pixman) continue;
            fourcc = row.Fourcc;
            return true;
        }
        fourcc = 0;
        return false;
    }

    /// <summary>The pixman code of a DRM code; false (and 0) where the table has none.</summary>
    public static bool TryFromFourcc(uint fourcc, out uint pixman)
    {
        foreach ((uint Pixman, uint Fourcc) row in Rows)
        {
            if (row.Fourcc != fourcc) continue;
            pixman = row.Pixman;
            return true;
        }
        pixman = 0;
        return false;
    }
}
