namespace Vdmabuf.Lab;

/// <summary>A rectangle of pixels, origin at the top left.</summary>
public readonly record struct Region(int X, int Y, int Width, int Height);

/// <summary>A picture in memory: 0x00RRGGBB per pixel, rows from the top, no padding.</summary>
public sealed class PixelImage
{
    private readonly uint[] _pixels;

    public PixelImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Width = width;
        Height = height;
        _pixels = new uint[checked(width * height)];
    }

    public int Width { get; }
    public int Height { get; }

    public uint this[int x, int y]
    {
        get => _pixels[Index(x, y)];
        set => _pixels[Index(x, y)] = value & 0xffffff;
    }

    public Span<uint> Row(int y) => _pixels.AsSpan(checked(y * Width), Width);

    /// <summary>A copy of one part, for comparing a window inside a larger screenshot.</summary>
    public PixelImage Crop(Region region)
    {
        var part = new PixelImage(region.Width, region.Height);
        for (var y = 0; y < region.Height; y++)
            Row(region.Y + y).Slice(region.X, region.Width).CopyTo(part.Row(y));
        return part;
    }

    /// <summary>How many different colours there are; 1 means a blank picture.</summary>
    public int CountColours() => new HashSet<uint>(_pixels).Count;

    /// <summary>Reads a PNG or a binary PPM, told apart by the first bytes.</summary>
    public static PixelImage Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes is [(byte)'P', (byte)'6', ..] ? Ppm.Decode(bytes) : Png.Decode(bytes);
    }

    public void Save(string path) => File.WriteAllBytes(path, Png.Encode(this));

    private int Index(int x, int y)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height)
            throw new ArgumentOutOfRangeException(nameof(x), $"({x},{y}) is outside {Width}x{Height}");
        return y * Width + x;
    }
}
