using FsCheck.Xunit;
using Vdmabuf.Core.Input;

namespace Vdmabuf.Core.Tests.Input;

public class PressedKeysTests
{
    [Property]
    public void Keys_behave_like_a_set_and_are_lifted_each_once(ushort[] events)
    {
        PressedKeys keys = new();
        SortedSet<uint> model = [];
        foreach (ushort word in events)
        {
            uint code = word % 800u; // some beyond the highest code
            bool press = (word & 0x8000) == 0;
            bool expected = code <= PressedKeys.MaxCode && (press ? model.Add(code) : model.Remove(code));

            Assert.Equal(expected, press ? keys.Press(code) : keys.Release(code));
            Assert.Equal(model.Contains(code), keys.IsPressed(code));
            Assert.Equal(model.Count, keys.Count);
        }

        List<uint> lifted = [];
        while (keys.TryTakeAny(out uint code)) lifted.Add(code);

        Assert.Equal(model, lifted);
        Assert.Equal(0, keys.Count);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(63u)]
    [InlineData(64u)]
    [InlineData(0x110u)]
    [InlineData(0x2ffu)]
    public void Codes_at_the_edges_can_be_pressed(uint code)
    {
        PressedKeys keys = new();

        Assert.True(keys.Press(code));
        Assert.False(keys.Press(code));
        Assert.True(keys.Release(code));
        Assert.False(keys.Release(code));
    }

    [Theory]
    [InlineData(0x300u)]
    [InlineData(uint.MaxValue)]
    public void Codes_that_do_not_exist_are_never_down(uint code)
    {
        PressedKeys keys = new();

        Assert.False(keys.Press(code));
        Assert.False(keys.IsPressed(code));
        Assert.False(keys.Release(code));
    }

    [Fact]
    public void Clear_forgets_without_lifting()
    {
        PressedKeys keys = new();
        keys.Press(30);

        keys.Clear();

        Assert.False(keys.TryTakeAny(out _));
        Assert.Equal(0, keys.Count);
    }
}
