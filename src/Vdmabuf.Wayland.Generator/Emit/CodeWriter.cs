using System.Text;

namespace Vdmabuf.Wayland.Generator.Emit;

/// <summary>Collects lines and keeps count of braces.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0) _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
    }

    public void Open(string? head = null)
    {
        if (head is not null) Line(head);
        Line("{");
        _depth++;
    }

    public void Close(string tail = "")
    {
        _depth--;
        Line("}" + tail);
    }

    public void Summary(string text, string fallback) =>
        Line("/// <summary>" + Escape(text.Length > 0 ? text : fallback) + "</summary>");

    public void Remarks(string text) => Line("/// <remarks>" + text + "</remarks>");

    public static string Escape(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\r", " ").Replace("\n", " ");

    public override string ToString() => _text.ToString();
}
