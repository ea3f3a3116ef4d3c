using System.Numerics;

namespace Vdmabuf.Lab;

/// <summary>The frame number and head that the drawing guest paints at the top left.</summary>
/// <remarks>Geometry: tests/lab/guest/picture.h. 40 squares of 16x16 pixels: marker 1011, 28 bits of frame, 4 of head, 4 of check.</remarks>
public readonly record struct GuestFrameNumber(uint Frame, int Head)
{
    private const int Square = 16, Squares = 40;

    /// <summary>The number in a picture whose guest pixels begin at (<paramref name="left"/>, <paramref name="top"/>).</summary>
    /// <exception cref="LabException">No valid strip there: a square of mixed colour, a wrong marker or a wrong check.</exception>
    public static GuestFrameNumber Read(PixelImage image, int left = 0, int top = 0) =>
        TryRead(image, out var number, out var reason, left, top) ? number : throw new LabException($"no frame number at ({left},{top}): {reason}");

    public static bool TryRead(PixelImage image, out GuestFrameNumber number, out string? reason, int left = 0, int top = 0)
    {
        number = default;
        reason = null;
        if (image.Width - left < Square * Squares || image.Height - top < Square)
        {
            reason = $"{image.Width}x{image.Height} has no room for {Square * Squares}x{Square} pixels";
            return false;
        }
        ulong bits = 0;
        for (var i = 0; i < Squares; i++)
        {
            var colour = image[left + i * Square, top];
            for (var y = 0; y < Square; y++)
                if (image.Row(top + y).Slice(left + i * Square, Square).ContainsAnyExcept(colour))
                    reason ??= $"square {i} is not of one colour";
            if (colour is not (0 or 0xffffff))
                reason ??= $"square {i} is #{colour:x6}, neither black nor white";
            if (colour != 0)
                bits |= 1ul << i;
        }
        if ((bits & 15) != 0b1101)
            reason ??= "the marker is wrong";
        var word = (uint)(bits >> 4);
        if ((uint)(bits >> 36) != Check(word))
            reason ??= $"the check of {word:x8} is {bits >> 36:x}, not {Check(word):x}";
        number = new GuestFrameNumber(word & 0x0fffffff, (int)(word >> 28));
        return reason is null;
    }

    private static uint Check(uint word)
    {
        var folded = word ^ BitOperations.RotateRight(word, 16);
        folded ^= folded >> 8;
        return (folded ^ folded >> 4 ^ 5) & 15;
    }
}
