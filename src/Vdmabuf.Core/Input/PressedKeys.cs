using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vdmabuf.Core.Input;

/// <summary>
/// The keys and buttons the guest believes to be down, by Linux evdev code. When the window loses the keyboard all
/// of them are lifted, or a key would stay down in the guest for ever. Nothing allocates.
/// </summary>
public sealed class PressedKeys
{
    /// <summary>The highest code there is (KEY_MAX of input-event-codes.h).</summary>
    public const uint MaxCode = 0x2ff;

    private const int WordCount = (int)(MaxCode + 1) / 64;

    private Words _words;

    /// <summary>Keys that are down.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a key is down. Codes above <see cref="MaxCode"/> never are.</summary>
    public bool IsPressed(uint code) => code <= MaxCode && (_words[(int)(code >> 6)] & Bit(code)) != 0;

    /// <summary>Notes a press.</summary>
    /// <returns>True where the key was up; false for a repeat and for codes above <see cref="MaxCode"/>.</returns>
    public bool Press(uint code)
    {
        if (code > MaxCode || IsPressed(code)) return false;
        _words[(int)(code >> 6)] |= Bit(code);
        Count++;
        return true;
    }

    /// <summary>Notes a release.</summary>
    /// <returns>True where the key was down: only then does the guest need to hear of it.</returns>
    public bool Release(uint code)
    {
        if (!IsPressed(code)) return false;
        _words[(int)(code >> 6)] &= ~Bit(code);
        Count--;
        return true;
    }

    /// <summary>Takes out one key that is down, the lowest code first: the loop of lifting all.</summary>
    public bool TryTakeAny(out uint code)
    {
        for (int i = 0; i < WordCount; i++)
        {
            if (_words[i] == 0) continue;
            code = (uint)(i * 64 + BitOperations.TrailingZeroCount(_words[i]));
            return Release(code);
        }
        code = 0;
        return false;
    }

    /// <summary>Forgets all keys without lifting them: the guest is gone.</summary>
    public void Clear()
    {
        _words = default;
        Count = 0;
    }

    private static ulong Bit(uint code) => 1ul << (int)(code & 63);

    [InlineArray(WordCount)]
    private struct Words
    {
        private ulong _first;
    }
}
