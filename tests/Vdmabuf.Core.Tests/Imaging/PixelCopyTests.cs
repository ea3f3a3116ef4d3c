using FsCheck.Xunit;
using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Tests.Imaging;

public class PixelCopyTests
{
    [Property(MaxTest = 200)]
    public void Copy_moves_the_rectangle_and_nothing_else(int seed)
    {
        Random random = new(seed);
        int bytesPerPixel = random.Next(1, 5), width = random.Next(1, 20), height = random.Next(1, 20);
        int sourceX = random.Next(4), sourceY = random.Next(4), targetX = random.Next(4), targetY = random.Next(4);
        bool tight = random.Next(2) == 0;
        if (tight) sourceX = targetX = 0;
        int sourceStride = (sourceX + width) * bytesPerPixel + (tight ? 0 : random.Next(8));
        int targetStride = (targetX + width) * bytesPerPixel + (tight ? 0 : random.Next(8));
        byte[] source = new byte[sourceStride * (sourceY + height)], target = new byte[targetStride * (targetY + height)];
        random.NextBytes(source);
        random.NextBytes(target);
        byte[] expected = [.. target];
        for (int y = 0; y < height; y++)
            for (int i = 0; i < width * bytesPerPixel; i++)
                expected[(targetY + y) * targetStride + targetX * bytesPerPixel + i] =
                    source[(sourceY + y) * sourceStride + sourceX * bytesPerPixel + i];

        long copied = PixelCopy.Copy(
            new ReadOnlyPixels(source, sourceStride), sourceX, sourceY,
            target, targetStride, new Rect(targetX, targetY, width, height), bytesPerPixel);

        Assert.Equal(expected, target);
        Assert.Equal((long)width * height * bytesPerPixel, copied);
    }

    [Fact]
    public void Empty_rectangle_copies_nothing() =>
        Assert.Equal(0, PixelCopy.Copy(new ReadOnlyPixels([], 0), 5, 5, [], 0, default, 4));

    [Fact]
    public void Rectangle_outside_of_the_memory_throws_before_it_writes_there()
    {
        byte[] source = new byte[64], target = new byte[64];

        Assert.Throws<ArgumentOutOfRangeException>(() => PixelCopy.Copy(
            new ReadOnlyPixels(source, 16), 0, 0, target, 16, new Rect(0, 1, 4, 4), 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => PixelCopy.Copy(
            new ReadOnlyPixels(source, 16), 1, 3, target, 16, new Rect(0, 0, 4, 1), 4));
    }
}
