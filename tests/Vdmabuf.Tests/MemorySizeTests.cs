using Vdmabuf.Launch;

namespace Vdmabuf.Tests;

public sealed class MemorySizeTests
{
    [Theory]
    [InlineData("512", 512L << 20)]
    [InlineData("2G", 2L << 30)]
    [InlineData("2g", 2L << 30)]
    [InlineData("1.5G", 3L << 29)]
    [InlineData("65536K", 64L << 20)]
    [InlineData("134217728B", 128L << 20)]
    [InlineData("1T", 1L << 40)]
    [InlineData("0", 0L)]
    public void Sizes_in_QEMUs_notation_are_bytes(string text, long bytes) => Assert.Equal(bytes, MemorySize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("-1G")]
    [InlineData("2GB")]
    [InlineData("0x200")]
    [InlineData("1e3")]
    [InlineData("2 G")]
    [InlineData("0.3B")]
    [InlineData("8E")]
    [InlineData("99999999999999999999999999999999999G")]
    [InlineData("lots")]
    public void Text_that_is_no_size_we_can_vouch_for_is_left_to_QEMU(string text) => Assert.Null(MemorySize.Parse(text));
}
