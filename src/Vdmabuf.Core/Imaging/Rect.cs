namespace Vdmabuf.Core.Imaging;

/// <summary>A rectangle in pixels; the right and bottom edges are exclusive. Width and height may be 0, never less.</summary>
public readonly record struct Rect(int X, int Y, int Width, int Height)
{
    /// <summary>X of the first column right of the rectangle.</summary>
    public int Right => X + Width;

    /// <summary>Y of the first row below the rectangle.</summary>
    public int Bottom => Y + Height;

    /// <summary>True where the rectangle has no pixel.</summary>
    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>Pixels covered.</summary>
    public long Area => IsEmpty ? 0 : (long)Width * Height;

    /// <summary>The whole of an image.</summary>
    public static Rect Whole(int width, int height) => new(0, 0, width, height);

    /// <summary>
    /// The part of a hostile rectangle that lies inside an image of the given size; empty where there is none.
    /// Computed in 64 bits, so no input overflows.
    /// </summary>
    public static Rect Clip(long x, long y, long width, long height, int imageWidth, int imageHeight)
    {
        long left = Math.Clamp(x, 0, imageWidth);
        long top = Math.Clamp(y, 0, imageHeight);
        long right = Math.Clamp(SaturatingAdd(x, width), 0, imageWidth);
        long bottom = Math.Clamp(SaturatingAdd(y, height), 0, imageHeight);
        return right <= left || bottom <= top
            ? default
            : new Rect((int)left, (int)top, (int)(right - left), (int)(bottom - top));
    }

    /// <summary>The part both rectangles share; empty where there is none.</summary>
    public Rect Intersect(Rect other)
    {
        int left = Math.Max(X, other.X), top = Math.Max(Y, other.Y);
        int right = Math.Min(Right, other.Right), bottom = Math.Min(Bottom, other.Bottom);
        return right <= left || bottom <= top ? default : new Rect(left, top, right - left, bottom - top);
    }

    /// <summary>The smallest rectangle that holds both; an empty one counts for nothing.</summary>
    public Rect Union(Rect other)
    {
        if (IsEmpty) return other;
        if (other.IsEmpty) return this;
        int left = Math.Min(X, other.X), top = Math.Min(Y, other.Y);
        return new Rect(left, top, Math.Max(Right, other.Right) - left, Math.Max(Bottom, other.Bottom) - top);
    }

    /// <summary>True where every pixel of <paramref name="other"/> is in this rectangle.</summary>
    public bool Contains(Rect other) =>
        other.IsEmpty || (other.X >= X && other.Y >= Y && other.Right <= Right && other.Bottom <= Bottom);

    private static long SaturatingAdd(long a, long b)
    {
        long sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? long.MinValue : long.MaxValue) : sum;
    }
}
