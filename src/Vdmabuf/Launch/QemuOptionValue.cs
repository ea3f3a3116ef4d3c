using System.Text;

namespace Vdmabuf.Launch;

/// <summary>The value of a QEMU option: <c>first,key=value,key=value</c>, with a doubled comma for a comma in a value.</summary>
internal sealed class QemuOptionValue
{
    private readonly List<(string Key, string Value)> _pairs = [];

    /// <param name="text">The value as QEMU gets it.</param>
    /// <param name="impliedKey">What the first item is where it has no key.</param>
    internal QemuOptionValue(string text, string impliedKey)
    {
        var item = new StringBuilder();
        bool first = true;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (text[i] != ',' || (i + 1 < text.Length && text[i + 1] == ',')))
            {
                if (text[i] == ',') i++;
                item.Append(text[i]);
                continue;
            }
            if (item.Length > 0) Add(item.ToString(), first ? impliedKey : null);
            item.Clear();
            first = false;
        }
    }

    /// <summary>The last value of a key, as QEMU takes it; null where it is not there.</summary>
    internal string? this[string key] => _pairs.FindLast(pair => pair.Key == key) is { Key: not null } found ? found.Value : null;

    /// <summary>Whether a switch is on.</summary>
    internal bool IsOn(string key) => this[key] is "on" or "true" or "yes" or "y";

    /// <summary>A value in the form in which it can stand in an option.</summary>
    internal static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    private void Add(string item, string? impliedKey)
    {
        int equals = item.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0) _pairs.Add((item[..equals], item[(equals + 1)..]));
        else if (impliedKey is not null) _pairs.Add((impliedKey, item));
        else if (item.StartsWith("no", StringComparison.Ordinal)) _pairs.Add((item[2..], "off"));
        else _pairs.Add((item, "on"));
    }
}
