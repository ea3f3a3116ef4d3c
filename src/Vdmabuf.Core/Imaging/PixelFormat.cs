using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Vdmabuf.Core.Imaging;

/// <summary>
/// How one plane stores pixels: blocks of <see cref="BlockWidth"/> by <see cref="BlockHeight"/> image pixels in
/// <see cref="BytesPerBlock"/> bytes. A packed RGB plane has 1x1 blocks, NV12's second plane 2x2 blocks of 2 bytes.
/// </summary>
public readonly record struct PlaneShape(int BytesPerBlock, int BlockWidth, int BlockHeight)
{
    /// <summary>Bytes that one row of an image of this width needs in the plane, without padding.</summary>
    public long RowBytes(int width) => ((long)width + BlockWidth - 1) / BlockWidth * BytesPerBlock;

    /// <summary>Rows the plane has for an image of this height.</summary>
    public long Rows(int height) => ((long)height + BlockHeight - 1) / BlockHeight;
}

/// <summary>Where a colour channel sits in the little-endian word of a pixel; 0 bits = not there.</summary>
public readonly record struct ChannelBits(int Shift, int Bits);

/// <summary>The integer channels of a packed RGB format.</summary>
public readonly record struct RgbChannels(ChannelBits Red, ChannelBits Green, ChannelBits Blue, ChannelBits Alpha);

/// <summary>One row of the table of formats this program knows. A format that is not in it is refused.</summary>
public sealed class PixelFormat
{
    // wl_shm numbers these two 0 and 1 and every other format by its DRM code (wayland.xml, wl_shm.format).
    private const uint ShmArgb8888 = 0, ShmXrgb8888 = 1;

    private static readonly FrozenDictionary<uint, PixelFormat> ByFourcc = Table().ToFrozenDictionary(f => f.Fourcc);

    private readonly PlaneShape[] _planes;

    private PixelFormat(uint fourcc, uint opaque, RgbChannels? channels, params PlaneShape[] planes)
    {
        Fourcc = fourcc;
        OpaqueFourcc = opaque;
        Channels = channels;
        _planes = planes;
        Name = DrmFourcc.NameOf(fourcc);
    }

    /// <summary>Every format in the table, in no order.</summary>
    public static IReadOnlyCollection<PixelFormat> All => ByFourcc.Values;

    /// <summary>DRM format code.</summary>
    public uint Fourcc { get; }

    /// <summary>The four letters of the code, "XR24".</summary>
    public string Name { get; }

    /// <summary>
    /// The same bytes without meaning in the alpha bits; the code itself where the format has no alpha. A guest's
    /// primary scanout is opaque whatever its alpha bytes hold (spec: QEMU D-Bus display §6).
    /// </summary>
    public uint OpaqueFourcc { get; }

    /// <summary>True where the format has an alpha channel.</summary>
    public bool HasAlpha => OpaqueFourcc != Fourcc;

    /// <summary>The channels of a packed RGB format of up to 32 bits a pixel; null for YUV and float formats.</summary>
    public RgbChannels? Channels { get; }

    /// <summary>Planes the format itself has; modifiers may add auxiliary ones.</summary>
    public int PlaneCount => _planes.Length;

    /// <summary>Bytes one pixel takes in plane 0.</summary>
    public int BytesPerPixel => _planes[0].BytesPerBlock / _planes[0].BlockWidth;

    /// <summary>The format's number in wl_shm.</summary>
    public uint ShmCode => Fourcc switch
    {
        DrmFourcc.Argb8888 => ShmArgb8888,
        DrmFourcc.Xrgb8888 => ShmXrgb8888,
        _ => Fourcc,
    };

    /// <summary>How a plane (0 to PlaneCount - 1) stores its pixels.</summary>
    public PlaneShape Plane(int index) => _planes[index];

    /// <summary>Looks a DRM code up.</summary>
    public static bool TryFind(uint fourcc, [NotNullWhen(true)] out PixelFormat? format) =>
        ByFourcc.TryGetValue(fourcc, out format);

    /// <summary>The opaque twin of a DRM code; codes outside the table come back as they are.</summary>
    public static uint ToOpaque(uint fourcc) => TryFind(fourcc, out PixelFormat? format) ? format.OpaqueFourcc : fourcc;

    /// <summary>The DRM code of a number in wl_shm.</summary>
    public static uint FromShmCode(uint code) => code switch
    {
        ShmArgb8888 => DrmFourcc.Argb8888,
        ShmXrgb8888 => DrmFourcc.Xrgb8888,
        _ => code,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static PixelFormat[] Table() =>
    [
        Packed(4, DrmFourcc.Xrgb8888, DrmFourcc.Xrgb8888, (16, 8), (8, 8), (0, 8), (24, 0)),
        Packed(4, DrmFourcc.Argb8888, DrmFourcc.Xrgb8888, (16, 8), (8, 8), (0, 8), (24, 8)),
        Packed(4, DrmFourcc.Xbgr8888, DrmFourcc.Xbgr8888, (0, 8), (8, 8), (16, 8), (24, 0)),
        Packed(4, DrmFourcc.Abgr8888, DrmFourcc.Xbgr8888, (0, 8), (8, 8), (16, 8), (24, 8)),
        Packed(4, DrmFourcc.Bgrx8888, DrmFourcc.Bgrx8888, (8, 8), (16, 8), (24, 8), (0, 0)),
        Packed(4, DrmFourcc.Bgra8888, DrmFourcc.Bgrx8888, (8, 8), (16, 8), (24, 8), (0, 8)),
        Packed(4, DrmFourcc.Rgbx8888, DrmFourcc.Rgbx8888, (24, 8), (16, 8), (8, 8), (0, 0)),
        Packed(4, DrmFourcc.Rgba8888, DrmFourcc.Rgbx8888, (24, 8), (16, 8), (8, 8), (0, 8)),
        Packed(3, DrmFourcc.Rgb888, DrmFourcc.Rgb888, (16, 8), (8, 8), (0, 8), (0, 0)),
        Packed(3, DrmFourcc.Bgr888, DrmFourcc.Bgr888, (0, 8), (8, 8), (16, 8), (0, 0)),
        Packed(2, DrmFourcc.Rgb565, DrmFourcc.Rgb565, (11, 5), (5, 6), (0, 5), (0, 0)),
        Packed(2, DrmFourcc.Bgr565, DrmFourcc.Bgr565, (0, 5), (5, 6), (11, 5), (0, 0)),
        Packed(2, DrmFourcc.Xrgb1555, DrmFourcc.Xrgb1555, (10, 5), (5, 5), (0, 5), (15, 0)),
        Packed(2, DrmFourcc.Argb1555, DrmFourcc.Xrgb1555, (10, 5), (5, 5), (0, 5), (15, 1)),
        Packed(4, DrmFourcc.Xrgb2101010, DrmFourcc.Xrgb2101010, (20, 10), (10, 10), (0, 10), (30, 0)),
        Packed(4, DrmFourcc.Argb2101010, DrmFourcc.Xrgb2101010, (20, 10), (10, 10), (0, 10), (30, 2)),
        Packed(4, DrmFourcc.Xbgr2101010, DrmFourcc.Xbgr2101010, (0, 10), (10, 10), (20, 10), (30, 0)),
        Packed(4, DrmFourcc.Abgr2101010, DrmFourcc.Xbgr2101010, (0, 10), (10, 10), (20, 10), (30, 2)),
        new(DrmFourcc.Xbgr16161616F, DrmFourcc.Xbgr16161616F, null, new PlaneShape(8, 1, 1)),
        new(DrmFourcc.Abgr16161616F, DrmFourcc.Xbgr16161616F, null, new PlaneShape(8, 1, 1)),
        Yuv(DrmFourcc.Yuyv, new PlaneShape(4, 2, 1)),
        Yuv(DrmFourcc.Uyvy, new PlaneShape(4, 2, 1)),
        Yuv(DrmFourcc.Nv12, new PlaneShape(1, 1, 1), new PlaneShape(2, 2, 2)),
        Yuv(DrmFourcc.Nv21, new PlaneShape(1, 1, 1), new PlaneShape(2, 2, 2)),
        Yuv(DrmFourcc.Nv16, new PlaneShape(1, 1, 1), new PlaneShape(2, 2, 1)),
        Yuv(DrmFourcc.P010, new PlaneShape(2, 1, 1), new PlaneShape(4, 2, 2)),
        Yuv(DrmFourcc.Yuv420, new PlaneShape(1, 1, 1), new PlaneShape(1, 2, 2), new PlaneShape(1, 2, 2)),
        Yuv(DrmFourcc.Yvu420, new PlaneShape(1, 1, 1), new PlaneShape(1, 2, 2), new PlaneShape(1, 2, 2)),
        Yuv(DrmFourcc.Yuv444, new PlaneShape(1, 1, 1), new PlaneShape(1, 1, 1), new PlaneShape(1, 1, 1)),
    ];

    private static PixelFormat Packed(
        int bytes, uint fourcc, uint opaque,
        (int Shift, int Bits) red, (int Shift, int Bits) green, (int Shift, int Bits) blue, (int Shift, int Bits) alpha) =>
        new(fourcc, opaque,
            new RgbChannels(
                new(red.Shift, red.Bits), new(green.Shift, green.Bits),
                new(blue.Shift, blue.Bits), new(alpha.Shift, alpha.Bits)),
            new PlaneShape(bytes, 1, 1));

    private static PixelFormat Yuv(uint fourcc, params PlaneShape[] planes) => new(fourcc, fourcc, null, planes);
}
