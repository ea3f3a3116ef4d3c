using Vdmabuf.Core.Input;
using Vdmabuf.Core.Placement;
using Vdmabuf.Core.Settings;

namespace Vdmabuf.Core.Tests.Settings;

public class ViewSettingsTests
{
    [Fact]
    public void Defaults_have_no_faults() => Assert.Empty(new ViewSettings().FindFaults());

    [Fact]
    public void Default_chord_is_the_one_of_the_input_code()
    {
        ReleaseChord chord = new(new ViewSettings().ReleaseChord.AsSpan());
        chord.Feed(29, true);
        chord.Feed(56, true);

        Assert.Equal(ChordStep.Fire, chord.Feed(34, true));
    }

    [Fact]
    public void Each_fault_is_told_with_its_value()
    {
        ViewSettings settings = new() { Scaling = (ScalingMode)7, ReleaseChord = [] };

        IReadOnlyList<string> faults = settings.FindFaults();

        Assert.Equal(2, faults.Count);
        Assert.Contains("7", faults[0], StringComparison.Ordinal);
        Assert.Contains("Integer", faults[0], StringComparison.Ordinal);
        Assert.Contains("1 to 4 keys, not 0", faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_chord_is_a_fault() =>
        Assert.Single(new ViewSettings { ReleaseChord = default }.FindFaults());
}
