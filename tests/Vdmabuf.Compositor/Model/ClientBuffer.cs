using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>Where a wl_buffer came from.</summary>
public enum BufferKind
{
    Shm,
    Dmabuf,
    SinglePixel,
}

/// <summary>One plane: a range of a mapped file.</summary>
internal sealed record BufferPlane(SharedMapping? Memory, uint Offset, uint Stride);

/// <summary>
/// A wl_buffer of any kind. <see cref="Format"/> is a DRM fourcc, also for wl_shm's codes 0 and 1. The memory stays
/// mapped until the client destroyed the buffer and no surface shows it.
/// </summary>
public sealed class ClientBuffer : Resource
{
    private readonly IReadOnlyList<BufferPlane> _planes;
    private int _holders = 1;

    internal ClientBuffer(Client client, uint id, BufferKind kind, int width, int height, uint format, ulong modifier, IReadOnlyList<BufferPlane> planes, IReadOnlyList<ReceivedFd> files)
        : base(client, id, "wl_buffer", 1)
    {
        Kind = kind;
        Width = width;
        Height = height;
        Format = format;
        Modifier = modifier;
        _planes = planes;
        Files = files;
    }

    public BufferKind Kind { get; }

    public int Width { get; }

    public int Height { get; }

    public uint Format { get; }

    /// <summary>The format modifier; 0 for kinds that have none.</summary>
    public ulong Modifier { get; }

    public int PlaneCount => _planes.Count;

    /// <summary>What the planes' descriptors (or the pool's) pointed to.</summary>
    public IReadOnlyList<ReceivedFd> Files { get; }

    /// <summary>Flags of the dma-buf parameters (1: y-inverted).</summary>
    public uint Flags { get; internal init; }

    /// <summary>The colour of a single pixel buffer, full range of 32 bits per channel.</summary>
    public (uint Red, uint Green, uint Blue, uint Alpha) Colour { get; internal init; }

    /// <summary>Committed and not yet released by this compositor.</summary>
    public bool IsBusy { get; internal set; }

    /// <summary>Release events sent.</summary>
    public int ReleaseCount { get; private set; }

    public (uint Offset, uint Stride) Plane(int index) => (_planes[index].Offset, _planes[index].Stride);

    internal override void Handle(string request, RequestArgs args)
    {
    }

    internal override void OnDestroyed()
    {
        if (IsBusy && !Client.IsGone)
            Compositor.Note(this, $"{this} was destroyed before its release");
        Drop();
    }

    internal void Hold() => _holders++;

    internal void Drop()
    {
        if (--_holders > 0)
            return;
        foreach (BufferPlane plane in _planes)
            plane.Memory?.Release();
    }

    internal void SendRelease()
    {
        if (!IsBusy)
            return;
        IsBusy = false;
        if (Send("release"))
            ReleaseCount++;
    }

    /// <summary>The pixels now, rows packed. Only single-plane formats of 1, 2 or 4 bytes a pixel.</summary>
    internal PixelImage ReadPixels()
    {
        if (Kind == BufferKind.SinglePixel)
        {
            byte[] pixel = [(byte)(Colour.Blue >> 24), (byte)(Colour.Green >> 24), (byte)(Colour.Red >> 24), (byte)(Colour.Alpha >> 24)];
            return new PixelImage(1, 1, Fourcc.Argb8888, pixel);
        }
        if (_holders <= 0)
            throw new InvalidOperationException($"{this}: the memory was unmapped when the client destroyed the buffer.");
        SharedMapping memory = _planes[0].Memory
            ?? throw new InvalidOperationException($"{this}: the kernel refused to map plane 0.");
        return ReadRows(memory, 0, Height);
    }

    /// <summary>
    /// Some rows of the pixels now: for a hook that looks at each commit and cannot afford all of them. Null where
    /// there is no such memory. Only on the compositor's thread, that is, from <c>OnCommit</c>.
    /// </summary>
    public PixelImage? TryReadRows(int first, int count) =>
        Kind == BufferKind.SinglePixel || _holders <= 0 || first < 0 || count < 1 || first + count > Height || _planes[0].Memory is not { } memory
            ? null
            : ReadRows(memory, first, count);

    private PixelImage ReadRows(SharedMapping memory, int first, int count)
    {
        int row = Width * Fourcc.BytesPerPixel(Format);
        byte[] pixels = new byte[row * count];
        for (int y = 0; y < count; y++)
            memory.Read(_planes[0].Offset + (long)(first + y) * _planes[0].Stride, pixels.AsSpan(y * row, row));
        return new PixelImage(Width, count, Format, pixels);
    }
}
