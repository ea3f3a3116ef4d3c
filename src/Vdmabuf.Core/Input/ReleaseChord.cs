namespace Vdmabuf.Core.Input;

/// <summary>A key of a chord: either of two codes does (left and right Ctrl), or one twice.</summary>
/// <param name="Code">Linux evdev code.</param>
/// <param name="Alternative">A second code that counts as the same key.</param>
public readonly record struct ChordKey(uint Code, uint Alternative)
{
    /// <summary>Either Ctrl.</summary>
    public static ChordKey Control => new(29, 97);

    /// <summary>Either Alt.</summary>
    public static ChordKey Alt => new(56, 100);

    /// <summary>Either Shift.</summary>
    public static ChordKey Shift => new(42, 54);

    /// <summary>Either Super.</summary>
    public static ChordKey Super => new(125, 126);

    /// <summary>One key only.</summary>
    public static ChordKey Single(uint code) => new(code, code);

    /// <summary>Whether the code is this key.</summary>
    public bool Is(uint code) => code == Code || code == Alternative;
}

/// <summary>What to do with a key event.</summary>
public enum ChordStep
{
    /// <summary>It is the guest's.</summary>
    PassOn,

    /// <summary>It belongs to a chord that fired; the guest must not see it.</summary>
    Swallow,

    /// <summary>It completes the chord: give keyboard and pointer back. The guest must not see it.</summary>
    Fire,
}

/// <summary>
/// The way out of a grab: fires when the last missing key of the chord goes down, in whatever order and whatever else
/// is held, so that it works also for a user in trouble. The keys before the last one have gone to the guest already
/// and are lifted with all others (<see cref="PressedKeys"/>); the one that completes the chord never reaches it,
/// neither its press nor its repeats nor its release.
/// </summary>
public sealed class ReleaseChord
{
    /// <summary>The most keys a chord may have.</summary>
    public const int MaxKeys = 4;

    private readonly ChordKey[] _keys;
    private uint _heldCodes; // two bits a key: its code, its alternative
    private uint? _swallowed;

    /// <summary>A chord of 1 to <see cref="MaxKeys"/> different keys.</summary>
    /// <exception cref="ArgumentException">No key, too many, or one twice.</exception>
    public ReleaseChord(params ReadOnlySpan<ChordKey> keys)
    {
        if (FindFault(keys) is { } fault) throw new ArgumentException(fault, nameof(keys));
        _keys = keys.ToArray();
    }

    /// <summary>Ctrl+Alt+G, which other VM viewers use too.</summary>
    public static ReleaseChord Default => new(ChordKey.Control, ChordKey.Alt, ChordKey.Single(34));

    /// <summary>What is wrong with a chord, in words; null where nothing is.</summary>
    public static string? FindFault(ReadOnlySpan<ChordKey> keys)
    {
        if (keys.Length is 0 or > MaxKeys) return $"a chord has 1 to {MaxKeys} keys, not {keys.Length}";
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i].Code > PressedKeys.MaxCode || keys[i].Alternative > PressedKeys.MaxCode)
                return $"key code {Math.Max(keys[i].Code, keys[i].Alternative)} does not exist, the highest is {PressedKeys.MaxCode}";
            for (int j = 0; j < i; j++)
            {
                if (keys[j].Is(keys[i].Code) || keys[j].Is(keys[i].Alternative))
                    return $"key code {keys[i].Code} is in the chord twice";
            }
        }
        return null;
    }

    /// <summary>Judges a key event and remembers it.</summary>
    /// <param name="code">Linux evdev code.</param>
    /// <param name="pressed">True for a press or a repeat.</param>
    public ChordStep Feed(uint code, bool pressed)
    {
        if (_swallowed == code)
        {
            if (pressed) return ChordStep.Swallow; // repeat
            _swallowed = null;
            Note(code, pressed: false);
            return ChordStep.Swallow;
        }
        bool wasHeld = IsComplete();
        Note(code, pressed);
        if (!pressed || wasHeld || !IsComplete()) return ChordStep.PassOn;
        _swallowed = code;
        return ChordStep.Fire;
    }

    /// <summary>The keyboard left: what is held is unknown from here on.</summary>
    public void Reset()
    {
        _heldCodes = 0;
        _swallowed = null;
    }

    private void Note(uint code, bool pressed)
    {
        for (int i = 0; i < _keys.Length; i++)
        {
            if (!_keys[i].Is(code)) continue;
            uint bit = code == _keys[i].Code ? 1u << (2 * i) : 2u << (2 * i);
            _heldCodes = pressed ? _heldCodes | bit : _heldCodes & ~bit;
        }
    }

    private bool IsComplete()
    {
        for (int i = 0; i < _keys.Length; i++)
            if ((_heldCodes >> (2 * i) & 3) == 0) return false;
        return true;
    }
}
