using System.Globalization;

namespace Vdmabuf.Launch;

/// <summary>
/// QEMU's notation of memory sizes: a number that may have a fraction, then B, K, M, G, T, P or E in either case, with
/// mebibytes where nothing follows.
/// </summary>
internal static class MemorySize
{
    /// <summary>What QEMU gives a PC that was not told.</summary>
    internal const long QemuDefault = 128L << 20;

    /// <summary>Bytes, or null where the text is no size (or one in a notation we leave to QEMU, such as hexadecimal).</summary>
    internal static long? Parse(string text)
    {
        if (text.Length == 0 || !char.IsAsciiDigit(text[0])) return null;
        int shift = 20;
        ReadOnlySpan<char> number = text;
        if (!char.IsAsciiDigit(text[^1]))
        {
            int unit = "BKMGTPE".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
            if (unit < 0) return null;
            shift = 10 * unit;
            number = number[..^1];
        }
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)) return null;
        // The product of two numbers below 2^63 fits a decimal (2^96) only when neither is large.
        if (value > long.MaxValue / (decimal)(1L << shift)) return null;
        decimal bytes = value * (1L << shift);
        return bytes == Math.Truncate(bytes) ? (long)bytes : null;
    }
}
