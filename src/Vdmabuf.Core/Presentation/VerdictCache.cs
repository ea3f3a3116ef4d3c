namespace Vdmabuf.Core.Presentation;

/// <summary>
/// What decides whether a compositor can import a dma-buf. The stride belongs to it: GPUs refuse pitches that are
/// not aligned to their liking, whatever the format tables say.
/// </summary>
/// <param name="Device">dev_t of the device the buffer is imported on (the compositor's main device).</param>
/// <param name="Fourcc">DRM format code.</param>
/// <param name="Modifier">DRM modifier.</param>
/// <param name="Stride">Stride of plane 0, bytes.</param>
public readonly record struct ImportKind(ulong Device, uint Fourcc, ulong Modifier, uint Stride);

/// <summary>What is known of a kind of buffer.</summary>
public enum ImportVerdict
{
    /// <summary>Not tried yet: import with <c>create</c> and wait for the answer, never with <c>create_immed</c>.</summary>
    Unknown,

    /// <summary>The compositor has imported one.</summary>
    Accepted,

    /// <summary>The compositor refused one; go one rung down.</summary>
    Refused,
}

/// <summary>
/// Remembers the compositor's verdicts, so that a kind of buffer is tried once. Bounded: a guest that invents kinds
/// pushes out the ones used longest ago and gains nothing. A lookup allocates nothing.
/// </summary>
public sealed class VerdictCache
{
    /// <summary>The most verdicts kept.</summary>
    public const int Capacity = 256;

    private readonly Dictionary<ImportKind, Entry> _entries = new(Capacity);
    private ulong _mainDevice;
    private long _clock;

    /// <summary>Verdicts kept.</summary>
    public int Count => _entries.Count;

    /// <summary>What is known of <paramref name="kind"/>.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="reason">Why it was refused; null otherwise.</param>
    public ImportVerdict Find(in ImportKind kind, out string? reason)
    {
        reason = null;
        if (!_entries.TryGetValue(kind, out Entry entry)) return ImportVerdict.Unknown;
        _entries[kind] = entry with { LastUse = ++_clock };
        reason = entry.Reason;
        return reason is null ? ImportVerdict.Accepted : ImportVerdict.Refused;
    }

    /// <summary>The compositor imported a buffer of this kind.</summary>
    public void Accept(in ImportKind kind) => Store(kind, reason: null);

    /// <summary>The compositor refused a buffer of this kind.</summary>
    public void Refuse(in ImportKind kind, string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        Store(kind, reason);
    }

    /// <summary>
    /// The compositor's dma-buf feedback names its main device. Where that is another one than before, everything
    /// known is about the wrong GPU and is forgotten.
    /// </summary>
    /// <returns>True where something changed.</returns>
    public bool SetMainDevice(ulong device)
    {
        if (device == _mainDevice) return false;
        _mainDevice = device;
        _entries.Clear();
        return true;
    }

    private void Store(in ImportKind kind, string? reason)
    {
        if (_entries.Count >= Capacity && !_entries.ContainsKey(kind)) RemoveLeastRecentlyUsed();
        _entries[kind] = new Entry(reason, ++_clock);
    }

    private void RemoveLeastRecentlyUsed()
    {
        ImportKind oldest = default;
        long oldestUse = long.MaxValue;
        foreach ((ImportKind kind, Entry entry) in _entries)
            if (entry.LastUse < oldestUse) (oldest, oldestUse) = (kind, entry.LastUse);
        _entries.Remove(oldest);
    }

    private readonly record struct Entry(string? Reason, long LastUse);
}
