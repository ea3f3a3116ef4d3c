using System.Collections.Immutable;
using Vdmabuf.Cli;
using Vdmabuf.Core.Input;

namespace Vdmabuf.Tests;

public sealed class ChordNamesTests
{
    [Theory]
    [InlineData("g", 34u)]
    [InlineData("q", 16u)]
    [InlineData("p", 25u)]
    [InlineData("a", 30u)]
    [InlineData("m", 50u)]
    [InlineData("1", 2u)]
    [InlineData("0", 11u)]
    [InlineData("f1", 59u)]
    [InlineData("F10", 68u)]
    [InlineData("f11", 87u)]
    [InlineData("f12", 88u)]
    [InlineData("Pause", 119u)]
    public void A_key_has_its_evdev_code(string name, uint code)
    {
        ImmutableArray<ChordKey>? chord = ChordNames.Parse("ctrl+" + name, out _);

        Assert.Equal([ChordKey.Control, ChordKey.Single(code)], chord!.Value.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ctrl+")]
    [InlineData("ctrl+ä")]
    [InlineData("ctrl+f13")]
    [InlineData("ctrl+f0")]
    [InlineData("ctrl+ctrl")]
    [InlineData("ctrl+alt+shift+super+g")]
    [InlineData("hyper+g")]
    public void A_chord_that_cannot_be_pressed_is_refused_in_words(string text)
    {
        Assert.Null(ChordNames.Parse(text, out string? fault));
        Assert.False(string.IsNullOrEmpty(fault));
    }
}
