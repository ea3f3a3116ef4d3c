namespace Vdmabuf.DBus.Native;

/// <summary>Signatures as sd-bus wants them: NUL-terminated, at most 255 characters (D-Bus specification).</summary>
internal static class SignatureBuffer
{
    public const int Size = 256;

    public static void Terminate(ReadOnlySpan<byte> signature, Span<byte> buffer)
    {
        if (signature.Length >= Size)
            throw new ArgumentException($"A signature has at most 255 characters, not {signature.Length}.", nameof(signature));
        signature.CopyTo(buffer);
        buffer[signature.Length] = 0;
    }

    /// <summary>The text form of a type code of sd-bus and its contents: a + u is au, r is (…), e is {…}.</summary>
    public static string Describe(char type, string contents) => type switch
    {
        'a' => "a" + contents,
        'r' => $"({contents})",
        'e' => $"{{{contents}}}",
        'v' => contents.Length == 0 ? "v" : $"v of {contents}",
        _ => type + contents,
    };
}
