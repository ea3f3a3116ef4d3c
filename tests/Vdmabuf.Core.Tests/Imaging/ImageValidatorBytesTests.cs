using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Tests.Imaging;

public class ImageValidatorBytesTests
{
    [Fact]
    public void Frame_of_the_announced_length_is_accepted()
    {
        ImageRefusal refusal = ImageValidator.ValidateBytes(720, 400, 2880, PixmanFormat.X8R8G8B8, 2880 * 400, out PixelBlock block);

        Assert.True(refusal.IsNone);
        Assert.Equal(new PixelBlock(new Rect(0, 0, 720, 400), 2880, DrmFourcc.Xrgb8888), block);
    }

    [Theory]
    [InlineData(0, 400, 2880, 0x20020888u, ImageError.SizeOutOfRange)]
    [InlineData(720, 16385, 2880, 0x20020888u, ImageError.SizeOutOfRange)]
    [InlineData(720, 400, 2879, 0x20020888u, ImageError.StrideOutOfRange)]
    [InlineData(720, 400, uint.MaxValue, 0x20020888u, ImageError.StrideOutOfRange)]
    [InlineData(720, 401, 2880, 0x20020888u, ImageError.DataLengthWrong)]
    [InlineData(720, 400, 2881, 0x20020888u, ImageError.DataLengthWrong)]
    [InlineData(720, 400, 2880, 0x34325258u, ImageError.UnknownFormat)]
    [InlineData(720, 400, 2880, 0u, ImageError.UnknownFormat)]
    public void Frame_that_breaks_a_rule_is_refused(long width, long height, long stride, uint format, ImageError expected)
    {
        ImageRefusal refusal = ImageValidator.ValidateBytes(width, height, stride, format, 2880 * 400, out PixelBlock block);

        Assert.Equal(expected, refusal.Error);
        Assert.Equal(default, block);
    }

    [Theory]
    [InlineData(0, 0, 10, 10, ImageError.None)]
    [InlineData(90, 90, 10, 10, ImageError.None)]
    [InlineData(91, 90, 10, 10, ImageError.UpdateOutsideImage)]
    [InlineData(-1, 0, 10, 10, ImageError.UpdateOutsideImage)]
    [InlineData(0, 0, 0, 10, ImageError.UpdateOutsideImage)]
    [InlineData(0, 0, 10, -1, ImageError.UpdateOutsideImage)]
    [InlineData(int.MaxValue, 0, int.MaxValue, 10, ImageError.UpdateOutsideImage)]
    [InlineData(long.MaxValue, 0, long.MaxValue, 10, ImageError.UpdateOutsideImage)]
    public void Update_must_lie_within_the_current_image(long x, long y, long width, long height, ImageError expected)
    {
        ImageRefusal refusal = ImageValidator.ValidateUpdate(
            x, y, width, height, 40, PixmanFormat.X8R8G8B8, 400, 100, 100, out PixelBlock block);

        Assert.Equal(expected, refusal.Error);
        Assert.Equal(expected == ImageError.None ? new Rect((int)x, (int)y, 10, 10) : default, block.Target);
    }

    [Fact]
    public void Update_without_a_current_image_is_refused() => Assert.Equal(ImageError.UpdateOutsideImage,
        ImageValidator.ValidateUpdate(0, 0, 1, 1, 4, PixmanFormat.X8R8G8B8, 4, 0, 0, out _).Error);

    [Theory]
    [InlineData(64, 64, 16384, ImageError.None)]
    [InlineData(512, 512, 1048576, ImageError.None)]
    [InlineData(513, 1, 2052, ImageError.CursorTooLarge)]
    [InlineData(0, 64, 0, ImageError.CursorTooLarge)]
    [InlineData(-64, -64, 16384, ImageError.CursorTooLarge)]
    [InlineData(64, 64, 16383, ImageError.DataLengthWrong)]
    [InlineData(64, 64, 16385, ImageError.DataLengthWrong)]
    public void Cursor_is_judged_by_side_and_length(long width, long height, long length, ImageError expected) =>
        Assert.Equal(expected, ImageValidator.ValidateCursor(width, height, 0, 0, length, out _).Error);

    [Theory]
    [InlineData(-5, 70, 0, 63)]
    [InlineData(long.MaxValue, long.MinValue, 63, 0)]
    [InlineData(3, 4, 3, 4)]
    public void Hot_spot_is_moved_inside(long hotX, long hotY, int expectedX, int expectedY)
    {
        ImageRefusal refusal = ImageValidator.ValidateCursor(64, 64, hotX, hotY, 16384, out CursorShape shape);

        Assert.True(refusal.IsNone);
        Assert.Equal(new CursorShape(64, 64, expectedX, expectedY), shape);
    }
}
