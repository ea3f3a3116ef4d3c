namespace Vdmabuf.Lab.Tests;

public class GuestFrameNumberTests
{
    // The strip as picture.h of the guest describes it, written here a second time on purpose.
    private static PixelImage Strip(uint frame, uint head, int left = 0, int top = 0)
    {
        var word = frame | head << 28;
        uint check = 5;
        for (var shift = 0; shift < 32; shift += 4)
            check ^= word >> shift & 15;
        var image = new PixelImage(left + 700, top + 32);
        var bits = 0b1101 | (ulong)word << 4 | (ulong)check << 36;
        for (var i = 0; i < 40; i++)
            for (var y = 0; y < 16; y++)
                image.Row(top + y).Slice(left + 16 * i, 16).Fill((bits >> i & 1) != 0 ? 0xffffffu : 0);
        return image;
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 0)]
    [InlineData(0x0fffffff, 15)]
    [InlineData(0x0abcdef1, 1)]
    public void Strip_of_a_frame_and_head_returns_both(uint frame, int head) =>
        Assert.Equal(new GuestFrameNumber(frame, head), GuestFrameNumber.Read(Strip(frame, (uint)head)));

    [Fact]
    public void Strip_at_an_offset_is_read_there() =>
        Assert.Equal(42u, GuestFrameNumber.Read(Strip(42, 0, left: 13, top: 5), 13, 5).Frame);

    [Fact]
    public void Strip_with_one_flipped_bit_is_refused_by_its_check()
    {
        var image = Strip(1000, 0);
        for (var y = 0; y < 16; y++)
            foreach (ref var pixel in image.Row(y).Slice(16 * 9, 16))
                pixel ^= 0xffffff;

        Assert.False(GuestFrameNumber.TryRead(image, out _, out var reason));
        Assert.Contains("check", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Strip_with_a_single_wrong_pixel_is_refused()
    {
        var image = Strip(1000, 0);
        image[16 * 20 + 5, 3] = 0x010101;

        Assert.False(GuestFrameNumber.TryRead(image, out _, out var reason));
        Assert.Contains("not of one colour", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Black_picture_has_no_number() => Assert.False(GuestFrameNumber.TryRead(new PixelImage(1280, 800), out _, out _));
}
