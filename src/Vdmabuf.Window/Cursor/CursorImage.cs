using System.Runtime.InteropServices;

namespace Vdmabuf.Window.Cursor;

/// <summary>The guest's pointer shape, kept as the premultiplied ARGB that Wayland wants.</summary>
internal sealed class CursorImage
{
    private uint[] _pixels = [];

    internal int Width { get; private set; }

    internal int Height { get; private set; }

    internal int HotX { get; private set; }

    internal int HotY { get; private set; }

    /// <summary>Grows with each shape.</summary>
    internal long Generation { get; private set; }

    internal bool IsDefined => Width > 0;

    internal ReadOnlySpan<uint> Pixels => _pixels.AsSpan(0, Width * Height);

    /// <summary>
    /// Takes over a shape. Devices differ in whether colours are multiplied by alpha already and QEMU does not say;
    /// a colour above its alpha can only be a straight one (spec: QEMU D-Bus display §6, cursor).
    /// </summary>
    internal void Define(int width, int height, int hotX, int hotY, ReadOnlySpan<byte> argb)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(argb)[..(width * height)];
        if (_pixels.Length < words.Length) _pixels = new uint[words.Length];
        words.CopyTo(_pixels);
        if (IsStraight(words)) Premultiply(_pixels.AsSpan(0, words.Length));
        (Width, Height, HotX, HotY) = (width, height, hotX, hotY);
        Generation++;
    }

    private static bool IsStraight(ReadOnlySpan<uint> words)
    {
        foreach (uint word in words)
        {
            uint alpha = word >> 24;
            if (((word >> 16) & 0xff) > alpha || ((word >> 8) & 0xff) > alpha || (word & 0xff) > alpha) return true;
        }
        return false;
    }

    private static void Premultiply(Span<uint> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            uint word = words[i], alpha = word >> 24;
            words[i] = (alpha << 24) | (Scale((word >> 16) & 0xff, alpha) << 16) | (Scale((word >> 8) & 0xff, alpha) << 8) | Scale(word & 0xff, alpha);
        }
    }

    private static uint Scale(uint colour, uint alpha) => ((colour * alpha) + 127) / 255;
}
