namespace Vdmabuf.Core.Imaging;

/// <summary>Moves damage from what the user sees to where it lies in memory.</summary>
public static class DamageMapping
{
    /// <summary>The rectangle upside down in an image of <paramref name="height"/> rows.</summary>
    public static Rect FlipVertically(Rect rect, int height) => rect with { Y = height - rect.Bottom };

    /// <summary>
    /// A rectangle of the scanout (0,0 = top left of what the user sees) as a rectangle of the buffer (row 0 first
    /// in memory): flipped within the crop where the buffer is bottom-up, then moved by the crop's corner. Parts
    /// outside of the scanout are cut off. Source: QEMU D-Bus display §6, geometry.
    /// </summary>
    public static Rect ToBuffer(Rect rect, in ImageLayout layout)
    {
        Rect crop = layout.Crop;
        Rect inside = rect.Intersect(Rect.Whole(crop.Width, crop.Height));
        if (inside.IsEmpty) return default;
        if (layout.BottomUp) inside = FlipVertically(inside, crop.Height);
        return new Rect(inside.X + crop.X, inside.Y + crop.Y, inside.Width, inside.Height);
    }
}
