using FsCheck.Xunit;
using Vdmabuf.Core.Input;

namespace Vdmabuf.Core.Tests.Input;

public class WheelAccumulatorTests
{
    [Fact]
    public void Finest_report_of_a_frame_counts_and_the_others_do_not()
    {
        WheelAccumulator wheel = new();
        wheel.AddContinuous(15);
        wheel.AddDiscrete(1);
        wheel.AddValue120(240);

        Assert.Equal(2, wheel.EndFrame());
        Assert.Equal(0, wheel.EndFrame());
    }

    [Fact]
    public void Discrete_beats_continuous()
    {
        WheelAccumulator wheel = new();
        wheel.AddContinuous(150);
        wheel.AddDiscrete(-3);

        Assert.Equal(-3, wheel.EndFrame());
    }

    [Fact]
    public void Rest_of_a_notch_is_carried()
    {
        WheelAccumulator wheel = new();
        int[] notches = new int[8];
        for (int i = 0; i < notches.Length; i++)
        {
            wheel.AddValue120(30);
            notches[i] = wheel.EndFrame();
        }

        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 1], notches);
    }

    [Fact]
    public void Continuous_movement_gives_a_notch_for_every_fifteen_units()
    {
        WheelAccumulator wheel = new();
        int sum = 0;
        for (int i = 0; i < 60; i++)
        {
            wheel.AddContinuous(-1);
            sum += wheel.EndFrame();
        }

        Assert.Equal(-4, sum);
    }

    [Fact]
    public void Change_of_direction_starts_afresh()
    {
        WheelAccumulator wheel = new();
        wheel.AddValue120(100);
        wheel.EndFrame();
        wheel.AddValue120(-120);

        Assert.Equal(-1, wheel.EndFrame());
    }

    [Fact]
    public void Stop_and_reset_drop_the_rest()
    {
        WheelAccumulator wheel = new();
        wheel.AddValue120(100);
        wheel.EndFrame();
        wheel.Stop();
        wheel.AddValue120(100);
        Assert.Equal(0, wheel.EndFrame());

        wheel.AddValue120(500);
        wheel.Reset();

        Assert.Equal(0, wheel.EndFrame());
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(1e300, WheelAccumulator.MaxNotches)]
    [InlineData(-1e300, -WheelAccumulator.MaxNotches)]
    public void Wild_values_are_bounded(double units, int expected)
    {
        WheelAccumulator wheel = new();
        wheel.AddContinuous(units);

        Assert.Equal(expected, wheel.EndFrame());
    }

    [Property]
    public void No_part_of_a_movement_in_one_direction_is_lost(byte[] parts)
    {
        WheelAccumulator wheel = new();
        int notches = 0;
        foreach (byte part in parts)
        {
            wheel.AddValue120(part);
            notches += wheel.EndFrame();
        }

        Assert.Equal(parts.Sum(p => p) / 120, notches);
    }
}
