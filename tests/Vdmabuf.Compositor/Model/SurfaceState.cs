namespace Vdmabuf.Compositor;

/// <summary>A rectangle as the client sent it.</summary>
public readonly record struct PixelRect(int X, int Y, int Width, int Height);

/// <summary>A part of the buffer in fractional pixels (viewport source).</summary>
public readonly record struct SourceRect(double X, double Y, double Width, double Height);

/// <summary>A point on a syncobj timeline.</summary>
public sealed record TimelinePoint(SyncobjTimeline Timeline, ulong Point);

/// <summary>Double-buffered surface state. Immutable: a commit makes a new one, so any thread may keep one.</summary>
public sealed record SurfaceState
{
    public ClientBuffer? Buffer { get; init; }

    public int OffsetX { get; init; }

    public int OffsetY { get; init; }

    public int Scale { get; init; } = 1;

    /// <summary>wl_output.transform.</summary>
    public int Transform { get; init; }

    public SourceRect? ViewportSource { get; init; }

    public (int Width, int Height)? ViewportDestination { get; init; }

    /// <summary>Null: the whole surface takes input.</summary>
    public IReadOnlyList<RegionOperation>? InputRegion { get; init; }

    public IReadOnlyList<RegionOperation>? OpaqueRegion { get; init; }

    public uint ContentType { get; init; }

    /// <summary>Damage of this commit in surface coordinates.</summary>
    public IReadOnlyList<PixelRect> SurfaceDamage { get; init; } = [];

    /// <summary>Damage of this commit in buffer coordinates.</summary>
    public IReadOnlyList<PixelRect> BufferDamage { get; init; } = [];

    public TimelinePoint? AcquirePoint { get; init; }

    public TimelinePoint? ReleasePoint { get; init; }

    /// <summary>Size on screen in logical units; 0x0 without a buffer.</summary>
    public (int Width, int Height) LogicalSize
    {
        get
        {
            if (Buffer is null)
                return (0, 0);
            if (ViewportDestination is { } destination)
                return destination;
            if (ViewportSource is { } source)
                return ((int)source.Width, (int)source.Height);
            (int width, int height) = TransformedBufferSize;
            return (width / Scale, height / Scale);
        }
    }

    internal (int Width, int Height) TransformedBufferSize => Buffer is null
        ? (0, 0)
        : Transform % 2 == 1 ? (Buffer.Height, Buffer.Width) : (Buffer.Width, Buffer.Height);
}

/// <summary>One commit as it took effect.</summary>
/// <param name="Index">1 for the first commit this compositor saw.</param>
/// <param name="MonotonicNanoseconds">CLOCK_MONOTONIC at which its bytes were received.</param>
/// <param name="Attached">True where this commit carried an attach (also of null).</param>
public sealed record SurfaceCommit(long Index, long MonotonicNanoseconds, Surface Surface, SurfaceState State, bool Attached);
