namespace Vdmabuf.Lab.Tests;

public class PictureTests
{
    private static PixelImage Gradient(int width, int height)
    {
        var image = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                image[x, y] = (uint)(x * 7 << 16 | y * 5 << 8 | (x ^ y));
        return image;
    }

    [Fact]
    public void Png_encoded_and_decoded_returns_the_same_pixels()
    {
        var image = Gradient(33, 21);

        var decoded = Png.Decode(Png.Encode(image));

        PixelAssert.Equal(image, decoded, "png-round-trip");
    }

    // Made with another encoder: 2x5 RGBA, one row for each of the filters 0 to 4.
    [Fact]
    public void Png_with_every_filter_is_decoded()
    {
        byte[][] rows = [[0, 10, 20, 30, 255, 40, 50, 60, 255], [1, 1, 2, 3, 255, 1, 1, 1, 0], [2, 1, 1, 1, 0, 1, 1, 1, 0], [3, 5, 5, 5, 128, 5, 5, 5, 0], [4, 7, 7, 7, 0, 7, 7, 7, 0]];
        var image = Png.Decode(RawPng(2, 5, rows));

        Assert.Equal(0x0a141eu, image[0, 0]);
        Assert.Equal(0x28323cu, image[1, 0]);
        Assert.Equal(0x010203u, image[0, 1]);
        Assert.Equal(0x020304u, image[1, 1]);
        Assert.Equal(0x020304u, image[0, 2]);
        Assert.Equal(0x030405u, image[1, 2]);
        Assert.Equal(0x060607u, image[0, 3]);
        Assert.Equal(0x090a0bu, image[1, 3]);
        Assert.Equal(0x0d0d0eu, image[0, 4]);
        Assert.Equal(0x141415u, image[1, 4]);
    }

    [Theory]
    [InlineData(new byte[] { 0x89, 0x50, 0x4e, 0x47 })]
    [InlineData(new byte[] { 0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10 })]
    [InlineData(new byte[] { 0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0x7f, 0xff, 0xff, 0xff, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 0 })]
    public void Png_with_broken_structure_is_refused(byte[] file) =>
        Assert.Throws<InvalidDataException>(() => Png.Decode(file));

    [Fact]
    public void Ppm_with_a_comment_in_its_header_is_decoded()
    {
        byte[] file = [.. "P6\n# by hand\n2 1\n255\n"u8, 1, 2, 3, 4, 5, 6];

        var image = Ppm.Decode(file);

        Assert.Equal((2, 1), (image.Width, image.Height));
        Assert.Equal(0x040506u, image[1, 0]);
    }

    [Fact]
    public void Ppm_with_too_few_pixels_is_refused()
    {
        byte[] file = [.. "P6 2 2 255\n"u8, 1, 2, 3];

        Assert.Throws<InvalidDataException>(() => Ppm.Decode(file));
    }

    [Fact]
    public void Different_pixels_are_reported_with_the_first_place_and_both_pictures()
    {
        var (expected, actual) = (Gradient(40, 30), Gradient(40, 30));
        actual[17, 9] ^= 1;
        actual[3, 20] ^= 1;

        var failure = Assert.Throws<PixelMismatchException>(() => PixelAssert.Equal(expected, actual, "selftest-mismatch"));

        Assert.Contains("2 of 1200 pixels differ, the first at (17,9)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(actual[17, 9], PixelImage.Load(Path.Combine(Repository.Artifacts, "selftest-mismatch-actual.png"))[17, 9]);
    }

    [Fact]
    public void A_difference_outside_the_region_is_no_difference()
    {
        var (expected, actual) = (Gradient(40, 30), Gradient(40, 30));
        actual[39, 29] ^= 1;

        PixelAssert.Equal(expected, actual, "selftest-region", new Region(0, 0, 39, 29));
    }

    private static byte[] RawPng(int width, int height, byte[][] rows)
    {
        // The encoder under test writes filter 0 and RGB only, so the file is put together from a good one's outside.
        using var raw = new MemoryStream();
        using (var deflate = new System.IO.Compression.ZLibStream(raw, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            foreach (var row in rows)
                deflate.Write(row);
        static byte[] Chunk(string type, byte[] data) =>
            [0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. System.Text.Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        return
        [
            0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10,
            .. Chunk("IHDR", [0, 0, 0, (byte)width, 0, 0, 0, (byte)height, 8, 6, 0, 0, 0]), .. Chunk("IDAT", raw.ToArray()), .. Chunk("IEND", []),
        ];
    }
}
