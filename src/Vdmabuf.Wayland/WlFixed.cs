using System.Globalization;

namespace Vdmabuf.Wayland;

/// <summary>The protocol's signed number with 24 bits before the point and 8 after it.</summary>
public readonly record struct WlFixed
{
    private WlFixed(int raw) => Raw = raw;

    /// <summary>The value times 256.</summary>
    public int Raw { get; }

    /// <summary>A value from its 32 bits on the wire.</summary>
    public static WlFixed FromRaw(int raw) => new(raw);

    /// <summary>A whole number, from -8388608 to 8388607.</summary>
    /// <exception cref="OverflowException">The number does not fit.</exception>
    public static WlFixed FromInt(int value) => new(checked(value * 256));

    /// <summary>The nearest value to <paramref name="value"/>.</summary>
    /// <exception cref="OverflowException">The number does not fit, or is not a number.</exception>
    public static WlFixed FromDouble(double value) => new(checked((int)Math.Round(value * 256)));

    /// <summary>The exact value.</summary>
    public double ToDouble() => Raw / 256.0;

    /// <summary>The whole part, rounded towards minus infinity.</summary>
    public int ToInt() => Raw >> 8;

    /// <inheritdoc/>
    public override string ToString() => ToDouble().ToString(CultureInfo.InvariantCulture);
}
