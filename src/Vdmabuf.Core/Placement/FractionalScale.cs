namespace Vdmabuf.Core.Placement;

/// <summary>
/// A surface's scale in 120ths, as <c>wp_fractional_scale_v1</c> gives it (120 = 1, 180 = 1.5). Device pixels are
/// logical ones times scale, halves rounded away from zero, which is that protocol's rule.
/// </summary>
/// <param name="Numerator">The scale times 120; below 1 counts as 120.</param>
public readonly record struct FractionalScale(int Numerator)
{
    /// <summary>What a scale of one is in 120ths.</summary>
    public const int Denominator = 120;

    private int Effective => Numerator < 1 ? Denominator : Numerator;

    /// <summary>A scale of one.</summary>
    public static FractionalScale One => new(Denominator);

    /// <summary>The scale as a number.</summary>
    public double Value => Effective / (double)Denominator;

    /// <summary>Device pixels of a logical length.</summary>
    public int ToDevice(int logical) => Divide((long)logical * Effective, Denominator);

    /// <summary>The logical length nearest to this many device pixels.</summary>
    public int ToLogical(int device) => Divide((long)device * Denominator, Effective);

    private static int Divide(long value, int by) => (int)Math.Clamp((value * 2 + by) / (2L * by), 0, int.MaxValue);
}
