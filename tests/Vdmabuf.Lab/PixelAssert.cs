namespace Vdmabuf.Lab;

/// <summary>Two pictures differ; the message has the first difference and where both were saved.</summary>
public sealed class PixelMismatchException : Exception
{
    public PixelMismatchException(string message) : base(message) { }
    public PixelMismatchException(string message, Exception inner) : base(message, inner) { }
    public PixelMismatchException() { }
}

/// <summary>Comparison of pictures, exact to the bit of every channel.</summary>
public static class PixelAssert
{
    /// <summary>Throws <see cref="PixelMismatchException"/> unless both have the same size and the same pixels (in <paramref name="region"/>,
    /// by default everywhere). On failure both are saved under artifacts/ as NAME-expected.png and NAME-actual.png.</summary>
    public static void Equal(PixelImage expected, PixelImage actual, string name, Region? region = null)
    {
        if (expected.Width != actual.Width || expected.Height != actual.Height)
            throw Fail($"size {actual.Width}x{actual.Height} where {expected.Width}x{expected.Height} was expected", expected, actual, name);
        var area = region ?? new Region(0, 0, expected.Width, expected.Height);
        var different = 0;
        var first = (X: 0, Y: 0);
        for (var y = area.Y; y < area.Y + area.Height; y++)
        {
            var one = expected.Row(y);
            var other = actual.Row(y);
            for (var x = area.X; x < area.X + area.Width; x++)
                if (one[x] != other[x] && different++ == 0)
                    first = (x, y);
        }
        if (different != 0)
            throw Fail($"{different} of {area.Width * area.Height} pixels differ, the first at ({first.X},{first.Y}): "
                + $"#{actual[first.X, first.Y]:x6} where #{expected[first.X, first.Y]:x6} was expected", expected, actual, name);
    }

    private static PixelMismatchException Fail(string what, PixelImage expected, PixelImage actual, string name)
    {
        var path = Path.Combine(Repository.Artifacts, name);
        expected.Save(path + "-expected.png");
        actual.Save(path + "-actual.png");
        return new PixelMismatchException($"{name}: {what}. See {path}-expected.png and {path}-actual.png");
    }
}
