using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Tests.Imaging;

public class PixelFormatTests
{
    // The numbers are written out once more on purpose: a slip in the table must not repeat itself here.
    [Theory]
    [InlineData(0x20020888, 0x34325258, "XR24", 0x34325258)]
    [InlineData(0x20028888, 0x34325241, "AR24", 0x34325258)]
    [InlineData(0x20030888, 0x34324258, "XB24", 0x34324258)]
    [InlineData(0x20038888, 0x34324241, "AB24", 0x34324258)]
    [InlineData(0x20080888, 0x34325842, "BX24", 0x34325842)]
    [InlineData(0x20088888, 0x34324142, "BA24", 0x34325842)]
    [InlineData(0x20090888, 0x34325852, "RX24", 0x34325852)]
    [InlineData(0x20098888, 0x34324152, "RA24", 0x34325852)]
    [InlineData(0x18020888, 0x34324752, "RG24", 0x34324752)]
    [InlineData(0x18030888, 0x34324742, "BG24", 0x34324742)]
    [InlineData(0x10020565, 0x36314752, "RG16", 0x36314752)]
    [InlineData(0x10020555, 0x35315258, "XR15", 0x35315258)]
    [InlineData(0x20020aaa, 0x30335258, "XR30", 0x30335258)]
    [InlineData(0x20022aaa, 0x30335241, "AR30", 0x30335258)]
    public void Pixman_code_and_fourcc_name_each_other(uint pixman, uint fourcc, string name, uint opaque)
    {
        bool there = PixmanFormat.TryToFourcc(pixman, out uint toFourcc);
        bool back = PixmanFormat.TryFromFourcc(fourcc, out uint toPixman);
        bool found = PixelFormat.TryFind(fourcc, out PixelFormat? format);

        Assert.True(there && back && found);
        Assert.Equal(fourcc, toFourcc);
        Assert.Equal(pixman, toPixman);
        Assert.Equal(name, format!.Name);
        Assert.Equal(opaque, format.OpaqueFourcc);
        Assert.Equal((int)(pixman >> 24), format.BytesPerPixel * 8);
    }

    // Memory bytes on the left, what the user must see on the right.
    [Theory]
    [InlineData("XR24", "30 20 10 7f", 0x10, 0x20, 0x30, 0xff)]
    [InlineData("AR24", "30 20 10 7f", 0x10, 0x20, 0x30, 0x7f)]
    [InlineData("XB24", "10 20 30 7f", 0x10, 0x20, 0x30, 0xff)]
    [InlineData("AB24", "10 20 30 7f", 0x10, 0x20, 0x30, 0x7f)]
    [InlineData("BX24", "7f 10 20 30", 0x10, 0x20, 0x30, 0xff)]
    [InlineData("BA24", "7f 10 20 30", 0x10, 0x20, 0x30, 0x7f)]
    [InlineData("RX24", "7f 30 20 10", 0x10, 0x20, 0x30, 0xff)]
    [InlineData("RA24", "7f 30 20 10", 0x10, 0x20, 0x30, 0x7f)]
    [InlineData("RG24", "30 20 10", 0x10, 0x20, 0x30, 0xff)]
    [InlineData("BG24", "10 20 30", 0x10, 0x20, 0x30, 0xff)]
    [InlineData("RG16", "00 f8", 0xff, 0x00, 0x00, 0xff)]
    [InlineData("RG16", "e0 07", 0x00, 0xff, 0x00, 0xff)]
    [InlineData("RG16", "01 00", 0x00, 0x00, 0x08, 0xff)]
    [InlineData("BG16", "1f 00", 0xff, 0x00, 0x00, 0xff)]
    [InlineData("XR15", "00 7c", 0xff, 0x00, 0x00, 0xff)]
    [InlineData("XR15", "e0 03", 0x00, 0xff, 0x00, 0xff)]
    [InlineData("AR15", "1f 00", 0x00, 0x00, 0xff, 0x00)]
    [InlineData("AR15", "00 80", 0x00, 0x00, 0x00, 0xff)]
    [InlineData("XR30", "00 00 f0 3f", 0xff, 0x00, 0x00, 0xff)]
    [InlineData("XR30", "00 02 00 00", 0x00, 0x00, 0x80, 0xff)]
    [InlineData("AR30", "00 fc 0f 40", 0x00, 0xff, 0x00, 0x55)]
    [InlineData("XB30", "ff 03 00 00", 0xff, 0x00, 0x00, 0xff)]
    [InlineData("AB30", "00 00 f0 bf", 0x00, 0x00, 0xff, 0xaa)]
    public void Pixel_is_read_as_the_format_says(string name, string bytes, byte red, byte green, byte blue, byte alpha)
    {
        PixelFormat format = PixelFormat.All.Single(f => f.Name == name);
        byte[] memory = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));

        Rgba8 colour = PixelReader.Read(format, memory);

        Assert.Equal(new Rgba8(red, green, blue, alpha), colour);
    }

    [Fact]
    public void Every_readable_format_maps_zero_to_black_and_ones_to_white()
    {
        foreach (PixelFormat format in PixelFormat.All.Where(PixelReader.CanRead))
        {
            byte[] ones = [0xff, 0xff, 0xff, 0xff];

            Assert.Equal(new Rgba8(0, 0, 0, (byte)(format.HasAlpha ? 0 : 255)), PixelReader.Read(format, new byte[4]));
            Assert.Equal(new Rgba8(255, 255, 255, 255), PixelReader.Read(format, ones));
        }
    }

    [Fact]
    public void Channels_of_a_format_never_overlap_and_fill_the_pixel_together_with_its_padding()
    {
        foreach (PixelFormat format in PixelFormat.All)
        {
            if (format.Channels is not { } c) continue;
            uint used = 0;
            foreach (ChannelBits channel in new[] { c.Red, c.Green, c.Blue, c.Alpha })
            {
                uint mask = (uint)(((1ul << channel.Bits) - 1) << channel.Shift);
                Assert.Equal(0u, used & mask);
                used |= mask;
            }
            Assert.True(used < 1ul << (8 * format.BytesPerPixel), format.Name);
        }
    }

    [Fact]
    public void Opaque_twin_differs_in_alpha_only()
    {
        foreach (PixelFormat format in PixelFormat.All)
        {
            Assert.True(PixelFormat.TryFind(format.OpaqueFourcc, out PixelFormat? twin));
            Assert.False(twin!.HasAlpha);
            Assert.Equal(format.BytesPerPixel, twin.BytesPerPixel);
            Assert.Equal(format.Channels?.Red, twin.Channels?.Red);
            Assert.Equal(format.Channels?.Blue, twin.Channels?.Blue);
        }
    }

    [Theory]
    [InlineData("AR24", 0u)]
    [InlineData("XR24", 1u)]
    [InlineData("XB24", 0x34324258u)]
    public void Shared_memory_numbers_the_two_old_formats_by_itself(string name, uint code)
    {
        PixelFormat format = PixelFormat.All.Single(f => f.Name == name);

        Assert.Equal(code, format.ShmCode);
        Assert.Equal(format.Fourcc, PixelFormat.FromShmCode(code));
    }

    [Theory]
    [InlineData("NV12", 1, 3, 4, 2)]
    [InlineData("P010", 1, 3, 8, 2)]
    [InlineData("YU12", 2, 3, 2, 2)]
    [InlineData("NV16", 1, 3, 4, 3)]
    [InlineData("YUYV", 0, 3, 8, 3)]
    public void Odd_sizes_round_subsampled_planes_up(string name, int plane, int side, int rowBytes, int rows)
    {
        PlaneShape shape = PixelFormat.All.Single(f => f.Name == name).Plane(plane);

        Assert.Equal(rowBytes, shape.RowBytes(side));
        Assert.Equal(rows, shape.Rows(side));
    }

    [Theory]
    [InlineData(0u, "0x00000000")]
    [InlineData(0x34325258u, "XR24")]
    [InlineData(0x0a325258u, "0x0a325258")]
    public void Names_never_print_control_characters(uint fourcc, string name) =>
        Assert.Equal(name, DrmFourcc.NameOf(fourcc));

    [Fact]
    public void Reading_YUV_throws_with_the_name_of_the_format()
    {
        PixelFormat format = PixelFormat.All.Single(f => f.Name == "NV12");

        NotSupportedException error = Assert.Throws<NotSupportedException>(() => PixelReader.Read(format, new byte[4]));

        Assert.Contains("NV12", error.Message, StringComparison.Ordinal);
    }
}
