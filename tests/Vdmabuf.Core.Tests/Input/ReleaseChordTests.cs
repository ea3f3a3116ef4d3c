using Vdmabuf.Core.Input;

namespace Vdmabuf.Core.Tests.Input;

public class ReleaseChordTests
{
    private const uint LeftCtrl = 29, RightCtrl = 97, LeftAlt = 56, RightAlt = 100, G = 34, A = 30;

    [Theory]
    [InlineData(LeftCtrl, LeftAlt, G)]
    [InlineData(RightCtrl, LeftAlt, G)]
    [InlineData(LeftAlt, RightCtrl, G)]
    [InlineData(G, RightAlt, LeftCtrl)]
    public void Last_key_fires_in_any_order_and_on_either_side(uint first, uint second, uint third)
    {
        ReleaseChord chord = ReleaseChord.Default;

        Assert.Equal(ChordStep.PassOn, chord.Feed(first, true));
        Assert.Equal(ChordStep.PassOn, chord.Feed(second, true));
        Assert.Equal(ChordStep.Fire, chord.Feed(third, true));
    }

    [Fact]
    public void Completing_key_never_reaches_the_guest()
    {
        ReleaseChord chord = ReleaseChord.Default;
        chord.Feed(LeftCtrl, true);
        chord.Feed(LeftAlt, true);
        chord.Feed(G, true);

        Assert.Equal(ChordStep.Swallow, chord.Feed(G, true)); // repeat
        Assert.Equal(ChordStep.PassOn, chord.Feed(LeftCtrl, false));
        Assert.Equal(ChordStep.Swallow, chord.Feed(G, false));
        Assert.Equal(ChordStep.PassOn, chord.Feed(G, true)); // Ctrl is up by now
    }

    [Fact]
    public void Chord_fires_again_when_the_last_key_is_pressed_again()
    {
        ReleaseChord chord = ReleaseChord.Default;
        chord.Feed(LeftCtrl, true);
        chord.Feed(LeftAlt, true);
        chord.Feed(G, true);
        chord.Feed(G, false);

        Assert.Equal(ChordStep.Fire, chord.Feed(G, true));
    }

    [Fact]
    public void Second_Ctrl_neither_fires_again_nor_breaks_the_chord_when_lifted()
    {
        ReleaseChord chord = ReleaseChord.Default;
        chord.Feed(LeftCtrl, true);
        chord.Feed(RightCtrl, true);
        chord.Feed(LeftCtrl, false);
        chord.Feed(LeftAlt, true);

        Assert.Equal(ChordStep.Fire, chord.Feed(G, true));
        Assert.Equal(ChordStep.PassOn, chord.Feed(LeftCtrl, true));
    }

    [Fact]
    public void Other_keys_pass_and_do_not_stand_in_the_way()
    {
        ReleaseChord chord = ReleaseChord.Default;

        Assert.Equal(ChordStep.PassOn, chord.Feed(A, true));
        chord.Feed(LeftCtrl, true);
        chord.Feed(LeftAlt, true);
        Assert.Equal(ChordStep.Fire, chord.Feed(G, true));
        Assert.Equal(ChordStep.PassOn, chord.Feed(A, false));
    }

    [Fact]
    public void Lifted_key_breaks_the_chord()
    {
        ReleaseChord chord = ReleaseChord.Default;
        chord.Feed(LeftCtrl, true);
        chord.Feed(LeftCtrl, false);
        chord.Feed(LeftAlt, true);

        Assert.Equal(ChordStep.PassOn, chord.Feed(G, true));
    }

    [Fact]
    public void Reset_forgets_what_was_held()
    {
        ReleaseChord chord = ReleaseChord.Default;
        chord.Feed(LeftCtrl, true);
        chord.Feed(LeftAlt, true);

        chord.Reset();

        Assert.Equal(ChordStep.PassOn, chord.Feed(G, true));
    }

    [Fact]
    public void Chord_with_nonsense_is_refused_with_the_value()
    {
        Assert.Contains("0", Assert.Throws<ArgumentException>(() => new ReleaseChord()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ReleaseChord(ChordKey.Control, ChordKey.Single(97)));
        Assert.Contains("9999", ReleaseChord.FindFault([ChordKey.Single(9999)]), StringComparison.Ordinal);
        Assert.Null(ReleaseChord.FindFault([ChordKey.Control, ChordKey.Alt, ChordKey.Shift, ChordKey.Super]));
    }
}
