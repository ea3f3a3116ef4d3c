using FsCheck.Xunit;

namespace Vdmabuf.Wayland.Tests;

public sealed class WlFixedTests
{
    [Property]
    public bool Every_raw_value_survives_the_way_through_double(int raw) =>
        WlFixed.FromDouble(WlFixed.FromRaw(raw).ToDouble()).Raw == raw;

    [Property]
    public bool Whole_part_is_the_floor(int raw) =>
        WlFixed.FromRaw(raw).ToInt() == (int)Math.Floor(WlFixed.FromRaw(raw).ToDouble());

    [Theory]
    [InlineData(8388608.0)]
    [InlineData(-8388609.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Double_out_of_range_is_refused(double value) =>
        Assert.Throws<OverflowException>(() => WlFixed.FromDouble(value));
}
