using System.Text;

namespace Vdmabuf.Diagnostics;

/// <summary>
/// Data goes to stdout, messages to stderr. Lines are written whole and at once, straight to the fd: the console
/// classes cost more start-up time than a line is worth, and QEMU writes to the same streams.
/// </summary>
internal static class StandardStreams
{
    private static Stream? s_output;
    private static Stream? s_error;

    /// <summary>Where data goes.</summary>
    internal static Stream Output => s_output ??= Console.OpenStandardOutput();

    /// <summary>Where messages go.</summary>
    internal static Stream Error => s_error ??= Console.OpenStandardError();

    /// <summary>Writes a line of data.</summary>
    internal static void WriteLine(string text) => Write(Output, text);

    /// <summary>Writes a line for the user, without the logger's prefix: an answer, not an event.</summary>
    internal static void WriteErrorLine(string text) => Write(Error, text);

    /// <summary>
    /// The text without line ends and other control characters: a name that somebody else chose must neither forge a
    /// second line nor command the terminal.
    /// </summary>
    internal static string OneLine(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0) return text;
        return string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++) target[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }

    internal static void Write(Stream stream, string text)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text + '\n'));
        }
        catch (IOException)
        {
            // The reader left (a closed pipe): nobody to tell.
        }
    }
}
