namespace Vdmabuf.Core.Imaging;

/// <summary>
/// Damage gathered until a frame is due: a handful of rectangles that together cover everything added. When they
/// would become too many, the two whose union wastes the fewest pixels become one; so it may cover too much, never
/// too little, and never leaves the bounds of what was added. Nothing allocates after construction.
/// </summary>
/// <remarks>Rectangles must be clipped to their image beforehand (<see cref="Rect.Clip"/>).</remarks>
public sealed class DamageRegion
{
    /// <summary>The most rectangles kept; a guest that sends thousands costs the same as one that sends these.</summary>
    public const int Capacity = 16;

    // One place more than Capacity: the newcomer takes part in the search for the cheapest union.
    private readonly Rect[] _rects = new Rect[Capacity + 1];

    /// <summary>Rectangles kept, 0 to <see cref="Capacity"/>.</summary>
    public int Count { get; private set; }

    /// <summary>True where nothing is damaged.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The rectangles, in no order; they may overlap. Valid until the region changes.</summary>
    public ReadOnlySpan<Rect> Rects => _rects.AsSpan(0, Count);

    /// <summary>The smallest rectangle around everything; empty where nothing is damaged.</summary>
    public Rect Bounds
    {
        get
        {
            Rect bounds = default;
            foreach (Rect rect in Rects) bounds = bounds.Union(rect);
            return bounds;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a rectangle; an empty one counts for nothing.</summary>
    public void Add(Rect rect)
    {
        if (rect.IsEmpty) return;
        while (true)
        {
            int partner = FindFreeUnion(rect);
            if (partner < 0) break;
            if (_rects[partner].Contains(rect)) return;
            rect = rect.Union(_rects[partner]);
            RemoveAt(partner);
        }
        _rects[Count++] = rect;
        if (Count > Capacity) MergeCheapestPair();
    }

    /// <summary>Adds everything another region holds.</summary>
    public void AddAll(DamageRegion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other)) return;
        foreach (Rect rect in other.Rects) Add(rect);
    }

    /// <summary>A rectangle whose union with <paramref name="rect"/> costs nothing: it contains, is contained, or fits edge to edge.</summary>
    private int FindFreeUnion(Rect rect)
    {
        for (int i = 0; i < Count; i++)
            if (Waste(_rects[i], rect) <= 0) return i;
        return -1;
    }

    private void MergeCheapestPair()
    {
        (int first, int second) = (0, 1);
        long cheapest = long.MaxValue;
        for (int i = 0; i < Count; i++)
        {
            for (int j = i + 1; j < Count; j++)
            {
                long waste = Waste(_rects[i], _rects[j]);
                if (waste >= cheapest) continue;
                (first, second, cheapest) = (i, j, waste);
            }
        }
        Rect union = _rects[first].Union(_rects[second]);
        RemoveAt(second); // the later one first: the last rectangle moves into the gap
        RemoveAt(first);
        Add(union); // may swallow more; Count is below Capacity, so this never comes back here
    }

    /// <summary>Pixels the union covers beyond both areas; negative or zero where uniting is free.</summary>
    private static long Waste(Rect a, Rect b) => a.Union(b).Area - a.Area - b.Area;

    private void RemoveAt(int index) => _rects[index] = _rects[--Count];
}
