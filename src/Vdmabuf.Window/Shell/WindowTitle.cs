using System.Text;

namespace Vdmabuf.Window.Shell;

/// <summary>Makes a title of a name that a VM chose: names come from guests and configurations, and Wayland carries no NUL and 4 KiB at most.</summary>
internal static class WindowTitle
{
    /// <summary>Longer than any title bar shows.</summary>
    internal const int MaxLength = 200;

    /// <summary>The name without control characters and halves of surrogate pairs, shortened to <see cref="MaxLength"/> characters.</summary>
    internal static string Clean(string name)
    {
        var clean = new StringBuilder(Math.Min(name.Length, MaxLength));
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (Rune.IsControl(rune)) continue;
            if (clean.Length + rune.Utf16SequenceLength > MaxLength) break;
            clean.Append(rune.ToString());
        }
        return clean.ToString();
    }
}
