using System.Collections.Immutable;
using System.Globalization;
using Vdmabuf.Core.Input;

namespace Vdmabuf.Cli;

/// <summary>
/// Reads a release chord such as <c>ctrl+alt+g</c>. Keys are named as on a US keyboard: a chord is a place under the
/// fingers, whatever layout the guest or the host has.
/// </summary>
internal static class ChordNames
{
    /// <summary>The chord, or null with what is wrong in <paramref name="fault"/>.</summary>
    internal static ImmutableArray<ChordKey>? Parse(string text, out string? fault)
    {
        var keys = ImmutableArray.CreateBuilder<ChordKey>();
        foreach (string part in text.Split('+'))
        {
            if (KeyOf(part.Trim().ToLowerInvariant()) is not { } key)
            {
                fault = $"\"{part}\" is no key of a chord; use ctrl, alt, shift, super, a to z, 0 to 9, f1 to f12, esc, tab, space, enter, insert, delete, home, end, pageup, pagedown, pause or scrolllock, joined by +";
                return null;
            }
            keys.Add(key);
        }
        ImmutableArray<ChordKey> chord = keys.ToImmutable();
        fault = ReleaseChord.FindFault(chord.AsSpan());
        return fault is null ? chord : null;
    }

    private static ChordKey? KeyOf(string name) => name switch
    {
        "ctrl" or "control" => ChordKey.Control,
        "alt" => ChordKey.Alt,
        "shift" => ChordKey.Shift,
        "super" or "meta" or "win" => ChordKey.Super,
        "esc" or "escape" => ChordKey.Single(1),
        "tab" => ChordKey.Single(15),
        "enter" or "return" => ChordKey.Single(28),
        "space" => ChordKey.Single(57),
        "scrolllock" => ChordKey.Single(70),
        "home" => ChordKey.Single(102),
        "pageup" => ChordKey.Single(104),
        "end" => ChordKey.Single(107),
        "pagedown" => ChordKey.Single(109),
        "insert" => ChordKey.Single(110),
        "delete" => ChordKey.Single(111),
        "pause" => ChordKey.Single(119),
        "0" => ChordKey.Single(11),
        { Length: 1 } when name[0] is >= '1' and <= '9' => ChordKey.Single((uint)(name[0] - '1' + 2)),
        { Length: 1 } => Letter(name[0]),
        _ => FunctionKey(name),
    };

    /// <summary>Linux numbers the letters row by row.</summary>
    private static ChordKey? Letter(char letter)
    {
        (string Row, uint First)[] rows = [("qwertyuiop", 16), ("asdfghjkl", 30), ("zxcvbnm", 44)];
        foreach ((string row, uint first) in rows)
            if (row.IndexOf(letter, StringComparison.Ordinal) is >= 0 and int column) return ChordKey.Single(first + (uint)column);
        return null;
    }

    private static ChordKey? FunctionKey(string name)
    {
        if (name[0..Math.Min(1, name.Length)] != "f" || !uint.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out uint number)) return null;
        return number switch
        {
            >= 1 and <= 10 => ChordKey.Single(58 + number),
            11 or 12 => ChordKey.Single(76 + number),
            _ => null,
        };
    }
}
