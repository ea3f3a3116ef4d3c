using System.Numerics;
using FsCheck.Xunit;
using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Tests.Imaging;

public class ImageValidatorTests
{
    private const ulong Tiled = 0x0100_0000_0000_0002;

    private static ForeignImage Good() =>
        ForeignImage.Single(640, 480, DrmFourcc.Xrgb8888, DrmModifier.Linear, 0, 2560, 2560 * 480);

    private static ForeignImage WithPlanes(uint fourcc, ulong modifier, long count, int fds, params ForeignPlane[] planes)
    {
        ForeignPlanes room = default;
        for (int i = 0; i < planes.Length; i++) room[i] = planes[i];
        return new ForeignImage
        {
            BackingWidth = 64, BackingHeight = 64, Width = 64, Height = 64,
            Fourcc = fourcc, Modifier = modifier, PlaneCount = count, FdCount = fds, Planes = room,
        };
    }

    [Fact]
    public void Good_image_keeps_every_number()
    {
        ForeignPlanes planes = default;
        planes[0] = new ForeignPlane(64, 5632, 5632 * 900 + 64);
        ForeignImage image = new()
        {
            BackingWidth = 1400, BackingHeight = 900, X = 100, Y = 50, Width = 1300, Height = 850,
            Fourcc = DrmFourcc.Argb8888, Modifier = DrmModifier.Invalid, BottomUp = true,
            PlaneCount = 1, FdCount = 1, Planes = planes,
        };

        ImageLayout layout = ImageValidator.Validate(image).Layout;

        Assert.Equal((1400, 900, new Rect(100, 50, 1300, 850)), (layout.Width, layout.Height, layout.Crop));
        Assert.Equal((DrmFourcc.Argb8888, DrmModifier.Invalid, true), (layout.Fourcc, layout.Modifier, layout.BottomUp));
        Assert.Equal((1, new PlaneLayout(64, 5632)), (layout.PlaneCount, layout.Planes[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(16385)]
    [InlineData(1L << 32)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Side_out_of_range_is_refused(long side)
    {
        ImageVerdict wide = ImageValidator.Validate(
            ForeignImage.Single(side, 480, DrmFourcc.Xrgb8888, 0, 0, uint.MaxValue, long.MaxValue));
        ImageVerdict high = ImageValidator.Validate(
            ForeignImage.Single(640, side, DrmFourcc.Xrgb8888, 0, 0, 2560, long.MaxValue));

        Assert.Equal(ImageError.SizeOutOfRange, wide.Refusal.Error);
        Assert.Equal(ImageError.SizeOutOfRange, high.Refusal.Error);
        Assert.Contains(side.ToString(System.Globalization.CultureInfo.InvariantCulture), wide.Refusal.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Largest_and_smallest_sides_are_accepted()
    {
        Assert.True(ImageValidator.Validate(
            ForeignImage.Single(16384, 16384, DrmFourcc.Xrgb8888, 0, 0, 65536, 1L << 30)).IsAccepted);
        Assert.True(ImageValidator.Validate(ForeignImage.Single(1, 1, DrmFourcc.Xrgb8888, 0, 0, 4, 4)).IsAccepted);
    }

    [Theory]
    [InlineData(1, 0, 640, 480)]
    [InlineData(0, 1, 640, 480)]
    [InlineData(0, 0, 0, 480)]
    [InlineData(0, 0, 640, 0)]
    [InlineData(-1, 0, 10, 10)]
    [InlineData(long.MaxValue, 0, 10, 10)]
    [InlineData(10, 0, long.MaxValue, 10)]
    [InlineData(0, uint.MaxValue, 10, 10)]
    public void Crop_outside_of_the_image_is_refused(long x, long y, long width, long height)
    {
        ForeignImage good = Good();
        ForeignImage image = new()
        {
            BackingWidth = 640, BackingHeight = 480, X = x, Y = y, Width = width, Height = height,
            Fourcc = DrmFourcc.Xrgb8888, PlaneCount = 1, FdCount = 1, Planes = good.Planes,
        };

        Assert.Equal(ImageError.CropOutsideImage, ImageValidator.Validate(image).Refusal.Error);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xffffffffu)]
    [InlineData(0x20202020u)]
    public void Unknown_format_is_refused(uint fourcc)
    {
        ImageVerdict verdict = ImageValidator.Validate(ForeignImage.Single(64, 64, fourcc, 0, 0, 256, 65536));

        Assert.Equal(ImageError.UnknownFormat, verdict.Refusal.Error);
        Assert.Throws<InvalidOperationException>(() => verdict.Layout);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(65)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Wrong_plane_count_is_refused(long count)
    {
        ForeignPlane plane = new(0, 256, 1 << 20);

        ImageVerdict verdict = ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, DrmModifier.Linear, count, 1, plane, plane));

        Assert.Equal(ImageError.PlaneCountWrong, verdict.Refusal.Error);
    }

    [Fact]
    public void Modifier_may_bring_auxiliary_planes_up_to_four()
    {
        ForeignPlane main = new(0, 256, 1 << 20), aux = new(0x8000, 0, 1 << 20);

        Assert.True(ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, Tiled, 2, 1, main, aux)).IsAccepted);
        Assert.True(ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, Tiled, 4, 1, main, aux, aux, aux)).IsAccepted);
        Assert.Equal(ImageError.PlaneCountWrong,
            ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, Tiled, 5, 1, main, aux, aux, aux)).Refusal.Error);
        Assert.Equal(ImageError.PlaneCountWrong,
            ImageValidator.Validate(WithPlanes(DrmFourcc.Nv12, Tiled, 1, 1, main)).Refusal.Error);
    }

    [Fact]
    public void Tiled_plane_must_begin_within_its_memory_and_have_a_stride()
    {
        Assert.Equal(ImageError.StrideOutOfRange,
            ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, Tiled, 1, 1, new ForeignPlane(0, 0, 4096))).Refusal.Error);
        Assert.Equal(ImageError.MemoryTooSmall,
            ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, Tiled, 1, 1, new ForeignPlane(4096, 256, 4096))).Refusal.Error);
        Assert.Equal(ImageError.MemoryTooSmall, ImageValidator.Validate(
            WithPlanes(DrmFourcc.Xrgb8888, Tiled, 2, 1, new ForeignPlane(0, 256, 4096), new ForeignPlane(4096, 0, 4096))).Refusal.Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(2)]
    public void Wrong_number_of_fds_is_refused(int fds)
    {
        ForeignPlane plane = new(0, 256, 1 << 20);

        Assert.Equal(ImageError.FdCountWrong,
            ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, 0, 1, fds, plane)).Refusal.Error);
    }

    [Fact]
    public void Planes_without_an_fd_of_their_own_are_measured_against_the_last_fd()
    {
        // The second plane claims a huge fd of its own, but shares the first one's 6144 bytes: 4096 + 64 * 32.
        ForeignPlane luma = new(0, 64, 6144), chroma = new(4096, 64, long.MaxValue), late = new(4097, 64, long.MaxValue);

        Assert.True(ImageValidator.Validate(WithPlanes(DrmFourcc.Nv12, 0, 2, 1, luma, chroma)).IsAccepted);
        ImageRefusal refusal = ImageValidator.Validate(WithPlanes(DrmFourcc.Nv12, 0, 2, 1, luma, late)).Refusal;
        Assert.Equal((ImageError.MemoryTooSmall, 1), (refusal.Error, refusal.Plane));
        Assert.True(ImageValidator.Validate(WithPlanes(DrmFourcc.Nv12, 0, 2, 2, luma, late)).IsAccepted);
    }

    [Theory]
    [InlineData(0, 2559, ImageError.StrideOutOfRange)]
    [InlineData(0, -2560, ImageError.StrideOutOfRange)]
    [InlineData(0, 1L << 32, ImageError.StrideOutOfRange)]
    [InlineData(-1, 2560, ImageError.OffsetOutOfRange)]
    [InlineData(1L << 32, 2560, ImageError.OffsetOutOfRange)]
    [InlineData(1, 2560, ImageError.MemoryTooSmall)]
    [InlineData(0, 2561, ImageError.MemoryTooSmall)]
    [InlineData(uint.MaxValue, uint.MaxValue, ImageError.MemoryTooSmall)]
    public void Plane_outside_of_its_memory_is_refused(long offset, long stride, ImageError expected)
    {
        ImageVerdict verdict = ImageValidator.Validate(
            ForeignImage.Single(640, 480, DrmFourcc.Xrgb8888, DrmModifier.Invalid, offset, stride, 2560 * 480));

        Assert.Equal(expected, verdict.Refusal.Error);
        Assert.Equal(0, verdict.Refusal.Plane);
    }

    [Fact]
    public void Last_row_needs_its_whole_stride()
    {
        long exact = 4096L * 480;

        Assert.True(ImageValidator.Validate(ForeignImage.Single(640, 480, DrmFourcc.Xrgb8888, 0, 0, 4096, exact)).IsAccepted);
        Assert.False(ImageValidator.Validate(ForeignImage.Single(640, 480, DrmFourcc.Xrgb8888, 0, 0, 4096, exact - 1)).IsAccepted);
    }

    [Fact]
    public void Memory_of_unknown_size_is_refused() => Assert.Equal(ImageError.MemorySizeUnknown,
        ImageValidator.Validate(ForeignImage.Single(640, 480, DrmFourcc.Xrgb8888, 0, 0, 2560, -1)).Refusal.Error);

    [Fact]
    public void Pool_ends_with_the_last_row_and_stays_within_31_bits()
    {
        ImageLayout small = ImageValidator.Validate(
            ForeignImage.Single(640, 480, DrmFourcc.Xrgb8888, 0, 4096, 2560, 1L << 40)).Layout;
        ImageLayout far = ImageValidator.Validate(
            ForeignImage.Single(640, 480, DrmFourcc.Xrgb8888, 0, int.MaxValue - 2560L * 480 + 1, 2560, 1L << 40)).Layout;
        ImageLayout tiled = ImageValidator.Validate(WithPlanes(DrmFourcc.Xrgb8888, Tiled, 1, 1, new ForeignPlane(0, 256, 1 << 20))).Layout;
        ImageLayout planar = ImageValidator.Validate(
            WithPlanes(DrmFourcc.Nv12, 0, 2, 1, new ForeignPlane(0, 64, 1 << 20), new ForeignPlane(4096, 64, 0))).Layout;

        Assert.True(ImageValidator.FitsSharedMemoryPool(small, out int size));
        Assert.Equal(4096 + 2560 * 480, size);
        Assert.False(ImageValidator.FitsSharedMemoryPool(far, out _));
        Assert.False(ImageValidator.FitsSharedMemoryPool(tiled, out _));
        Assert.False(ImageValidator.FitsSharedMemoryPool(planar, out _));
    }

    [Property(MaxTest = 2000)]
    public void Accepted_linear_image_lies_within_its_memory_in_exact_arithmetic(
        ulong width, ulong height, ulong offset, ulong stride, ulong size, byte cuts)
    {
        // Cut the random numbers to plausible sizes now and then, so that both verdicts occur.
        long w = (long)(width >> (cuts % 3 * 20)) & 0x7fff, h = (long)(height & 0x7fff);
        long o = (long)(offset >> (cuts & 31)), s = (long)(stride >> (cuts >> 1 & 63)), fd = (long)(size >> (cuts & 15));
        ImageVerdict verdict = ImageValidator.Validate(ForeignImage.Single(w, h, DrmFourcc.Rgb888, 0, o, s, fd));

        bool expected = w is >= 1 and <= 16384 && h is >= 1 and <= 16384
            && s >= w * 3 && s <= uint.MaxValue && o >= 0 && o <= uint.MaxValue
            && fd >= 0 && (BigInteger)o + (BigInteger)s * h <= fd;
        Assert.Equal(expected, verdict.IsAccepted);
        Assert.Equal(expected, verdict.Refusal.IsNone);
    }

    [Fact]
    public void Refusing_allocates_nothing()
    {
        ForeignImage bad = ForeignImage.Single(640, 480, 0, 0, 0, 2560, 1);
        ImageValidator.Validate(bad);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int refused = 0;
        for (int i = 0; i < 1000; i++) refused += ImageValidator.Validate(bad).IsAccepted ? 0 : 1;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(1000, refused);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Every_refusal_has_words_of_its_own()
    {
        string[] words = [.. Enum.GetValues<ImageError>().Select(e => new ImageRefusal(e, 0, 1, 2, 3, 4).Describe())];

        Assert.Equal(words.Length, words.Distinct().Count());
        Assert.All(Enum.GetValues<ImageError>(), e => Assert.NotEqual(e.ToString(), new ImageRefusal(e).Describe()));
    }
}
