using FsCheck.Xunit;
using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Tests.Imaging;

public class FrameComparerTests
{
    [Fact]
    public void Equal_frames_give_no_damage_although_their_padding_differs()
    {
        byte[] before = new byte[300 * 40], after = new byte[260 * 40];
        for (int y = 0; y < 40; y++) before.AsSpan(y * 300 + 256, 44).Fill(1);
        DamageRegion damage = new();

        bool differs = FrameComparer.Compare(new ReadOnlyPixels(before, 300), new ReadOnlyPixels(after, 260), 64, 40, 4, damage);

        Assert.False(differs);
        Assert.True(damage.IsEmpty);
    }

    [Fact]
    public void One_changed_pixel_gives_one_row_of_its_tile()
    {
        byte[] before = new byte[1280 * 4 * 100], after = new byte[1280 * 4 * 100];
        after[37 * 1280 * 4 + 130 * 4 + 1] = 1;
        DamageRegion damage = new();

        bool differs = FrameComparer.Compare(
            new ReadOnlyPixels(before, 5120), new ReadOnlyPixels(after, 5120), 1280, 100, 4, damage);

        Assert.True(differs);
        Assert.Equal([new Rect(128, 37, 64, 1)], damage.Rects.ToArray());
    }

    [Fact]
    public void Last_tile_ends_with_the_image()
    {
        byte[] before = new byte[100 * 4], after = new byte[100 * 4];
        after[^1] = 1;
        DamageRegion damage = new();

        FrameComparer.Compare(new ReadOnlyPixels(before, 400), new ReadOnlyPixels(after, 400), 100, 1, 4, damage);

        Assert.Equal([new Rect(64, 0, 36, 1)], damage.Rects.ToArray());
    }

    [Fact]
    public void Widest_image_is_compared_to_its_last_pixel()
    {
        byte[] before = new byte[ImageValidator.MaxSide * 4], after = new byte[ImageValidator.MaxSide * 4];
        after[^4] = 9;
        after[0] = 9;
        DamageRegion damage = new();

        FrameComparer.Compare(new ReadOnlyPixels(before, before.Length), new ReadOnlyPixels(after, after.Length),
            ImageValidator.MaxSide, 1, 4, damage);

        Assert.Equal([new Rect(0, 0, 64, 1), new Rect(16320, 0, 64, 1)], damage.Rects.ToArray());
    }

    [Property(MaxTest = 200)]
    public void Every_pixel_that_differs_is_damaged(int seed)
    {
        Random random = new(seed);
        int width = random.Next(1, 300), height = random.Next(1, 80), bytesPerPixel = random.Next(2, 5);
        int strideA = width * bytesPerPixel + random.Next(9), strideB = width * bytesPerPixel + random.Next(9);
        byte[] a = new byte[strideA * height], b = new byte[strideB * height];
        random.NextBytes(a);
        random.NextBytes(b); // also the padding
        for (int y = 0; y < height; y++)
            a.AsSpan(y * strideA, width * bytesPerPixel).CopyTo(b.AsSpan(y * strideB));
        List<(int X, int Y)> changed = [];
        for (int i = random.Next(30); i > 0; i--)
        {
            (int x, int y) = (random.Next(width), random.Next(height));
            b[y * strideB + x * bytesPerPixel + random.Next(bytesPerPixel)] ^= 0x55;
            changed.Add((x, y));
        }
        changed.RemoveAll(p => a.AsSpan(p.Y * strideA + p.X * bytesPerPixel, bytesPerPixel)
            .SequenceEqual(b.AsSpan(p.Y * strideB + p.X * bytesPerPixel, bytesPerPixel)));
        DamageRegion damage = new();

        bool differs = FrameComparer.Compare(
            new ReadOnlyPixels(a, strideA), new ReadOnlyPixels(b, strideB), width, height, bytesPerPixel, damage);

        Assert.Equal(changed.Count > 0, differs);
        Assert.Equal(differs, !damage.IsEmpty);
        Rect[] rects = damage.Rects.ToArray();
        Assert.All(changed, p => Assert.Contains(rects, r => r.Contains(new Rect(p.X, p.Y, 1, 1))));
        Assert.All(rects, r => Assert.True(Rect.Whole(width, height).Contains(r)));
        if (changed.Count > 0)
        {
            // Rows are exact, columns are rounded to tiles.
            Assert.Equal(changed.Min(p => p.Y), damage.Bounds.Y);
            Assert.Equal(changed.Max(p => p.Y) + 1, damage.Bounds.Bottom);
            Assert.Equal(changed.Min(p => p.X) / 64 * 64, damage.Bounds.X);
        }
    }

    [Fact]
    public void Comparing_allocates_nothing()
    {
        byte[] before = new byte[640 * 4 * 480], after = new byte[640 * 4 * 480];
        for (int i = 0; i < after.Length; i += 9999) after[i] = 1;
        DamageRegion damage = new();
        FrameComparer.Compare(new ReadOnlyPixels(before, 2560), new ReadOnlyPixels(after, 2560), 640, 480, 4, damage);

        long start = GC.GetAllocatedBytesForCurrentThread();
        damage.Clear();
        FrameComparer.Compare(new ReadOnlyPixels(before, 2560), new ReadOnlyPixels(after, 2560), 640, 480, 4, damage);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - start;

        Assert.Equal(0, allocated);
        Assert.False(damage.IsEmpty);
    }
}
