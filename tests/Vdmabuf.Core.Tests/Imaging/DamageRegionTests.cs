using FsCheck.Xunit;
using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Tests.Imaging;

public class DamageRegionTests
{
    private const int Side = 64;

    [Fact]
    public void New_region_is_empty()
    {
        DamageRegion region = new();

        Assert.True(region.IsEmpty);
        Assert.True(region.Bounds.IsEmpty);
    }

    [Fact]
    public void Rectangle_inside_another_adds_nothing()
    {
        DamageRegion region = new();

        region.Add(new Rect(0, 0, 10, 10));
        region.Add(new Rect(2, 2, 3, 3));
        region.Add(default);

        Assert.Equal([new Rect(0, 0, 10, 10)], region.Rects.ToArray());
    }

    [Fact]
    public void Rectangles_edge_to_edge_become_one()
    {
        DamageRegion region = new();

        region.Add(new Rect(0, 0, 10, 10));
        region.Add(new Rect(20, 0, 10, 10));
        region.Add(new Rect(10, 0, 10, 10));

        Assert.Equal([new Rect(0, 0, 30, 10)], region.Rects.ToArray());
    }

    [Fact]
    public void Distant_rectangles_stay_apart_until_the_region_is_full()
    {
        DamageRegion region = new();
        for (int i = 0; i < DamageRegion.Capacity; i++) region.Add(new Rect(i * 100, i * 100, 1, 1));
        Assert.Equal(DamageRegion.Capacity, region.Count);

        region.Add(new Rect(1502, 1502, 1, 1)); // nearest to the last, at 1500

        Assert.Equal(DamageRegion.Capacity, region.Count);
        Assert.Contains(new Rect(1500, 1500, 3, 3), region.Rects.ToArray());
        Assert.Contains(new Rect(0, 0, 1, 1), region.Rects.ToArray());
    }

    [Property(MaxTest = 300)]
    public void Region_covers_all_that_was_added_and_stays_within_its_bounds(int[] seeds)
    {
        DamageRegion region = new();
        bool[] model = new bool[Side * Side];
        Rect bounds = default;
        foreach (int seed in seeds.Concat(Enumerable.Range(0, seeds.Length)))
        {
            Random random = new(seed);
            Rect rect = Rect.Clip(random.Next(Side), random.Next(Side), random.Next(20), random.Next(20), Side, Side);
            region.Add(rect);
            bounds = bounds.Union(rect);
            Fill(model, rect);

            Assert.InRange(region.Count, 0, DamageRegion.Capacity);
        }

        bool[] covered = new bool[Side * Side];
        foreach (Rect rect in region.Rects)
        {
            Assert.True(bounds.Contains(rect) && !rect.IsEmpty);
            Fill(covered, rect);
        }
        for (int i = 0; i < model.Length; i++) Assert.True(!model[i] || covered[i], $"pixel {i % Side},{i / Side} was lost");
        Assert.Equal(bounds, region.Bounds);
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        DamageRegion region = new();
        region.Add(new Rect(0, 0, 1, 1));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) region.Add(new Rect(i * 37 % 1000, i * 91 % 1000, 5, 5));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.InRange(region.Count, 1, DamageRegion.Capacity);
    }

    private static void Fill(bool[] pixels, Rect rect)
    {
        for (int y = rect.Y; y < rect.Bottom; y++) pixels.AsSpan(y * Side + rect.X, rect.Width).Fill(true);
    }
}

public class DamageMappingTests
{
    private static ImageLayout Layout(Rect crop, bool bottomUp) =>
        new(100, 80, crop, DrmFourcc.Xrgb8888, DrmModifier.Linear, bottomUp, 1, default);

    [Fact]
    public void Top_down_damage_moves_by_the_corner_of_the_crop() =>
        Assert.Equal(new Rect(12, 23, 5, 6),
            DamageMapping.ToBuffer(new Rect(2, 3, 5, 6), Layout(new Rect(10, 20, 50, 40), false)));

    [Fact]
    public void Bottom_up_damage_is_flipped_within_the_crop() =>
        // Row 3..9 from the top of 40 rows is row 31..37 from the bottom, plus the crop's 20.
        Assert.Equal(new Rect(12, 51, 5, 6),
            DamageMapping.ToBuffer(new Rect(2, 3, 5, 6), Layout(new Rect(10, 20, 50, 40), true)));

    [Fact]
    public void Damage_outside_of_the_scanout_is_cut_off()
    {
        ImageLayout layout = Layout(new Rect(10, 20, 50, 40), true);

        Assert.Equal(layout.Crop, DamageMapping.ToBuffer(new Rect(-5, -5, 500, 500), layout));
        Assert.True(DamageMapping.ToBuffer(new Rect(50, 0, 5, 5), layout).IsEmpty);
    }

    [Property]
    public void Flipping_twice_gives_the_rectangle_back(short y, byte height, ushort image)
    {
        Rect rect = new(1, y, 2, height);

        Assert.Equal(rect, DamageMapping.FlipVertically(DamageMapping.FlipVertically(rect, image), image));
    }
}
