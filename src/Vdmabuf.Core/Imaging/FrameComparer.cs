using System.Numerics;

namespace Vdmabuf.Core.Imaging;

/// <summary>
/// Finds what really changed between two frames of one size, for sources that report the whole screen on every flip.
/// Reading both frames costs less than the compositor's upload of pixels that stayed the same.
/// </summary>
/// <remarks>
/// The frames are compared with the runtime's vector search for the first difference; what differs is rounded to
/// tiles of <see cref="TileWidth"/> pixels, in bands of <see cref="TileHeight"/> rows that are cut to the first and
/// last row that differ. Nothing allocates.
/// </remarks>
public static class FrameComparer
{
    /// <summary>Width of a tile in pixels.</summary>
    public const int TileWidth = 64;

    /// <summary>Height of a band of tiles in rows.</summary>
    public const int TileHeight = 16;

    private const int TileWords = ImageValidator.MaxSide / TileWidth / 64;

    /// <summary>Adds every part of a width x height image that differs to <paramref name="damage"/>.</summary>
    /// <returns>True where anything differs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A row is not within its memory, or the width is above <see cref="ImageValidator.MaxSide"/>.</exception>
    public static bool Compare(
        ReadOnlyPixels before, ReadOnlyPixels after, int width, int height, int bytesPerPixel, DamageRegion damage)
    {
        ArgumentNullException.ThrowIfNull(damage);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, ImageValidator.MaxSide);
        int rowBytes = checked(width * bytesPerPixel);
        int tileBytes = TileWidth * bytesPerPixel;
        Span<ulong> tiles = stackalloc ulong[TileWords];
        bool differs = false;

        for (int top = 0; top < height; top += TileHeight)
        {
            int bottom = Math.Min(height, top + TileHeight);
            int first = -1, last = -1;
            for (int y = top; y < bottom; y++)
            {
                if (!MarkTiles(before.Row(y, 0, rowBytes), after.Row(y, 0, rowBytes), tileBytes, tiles)) continue;
                if (first < 0) first = y;
                last = y;
            }
            if (first < 0) continue;
            differs = true;
            AddRuns(tiles, first, last + 1 - first, width, damage);
            tiles.Clear();
        }
        return differs;
    }

    /// <summary>Marks each tile in which the rows differ; a tile known to differ is not read on.</summary>
    private static bool MarkTiles(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, int tileBytes, Span<ulong> tiles)
    {
        bool differs = false;
        int position = 0;
        while (position < before.Length)
        {
            int same = before[position..].CommonPrefixLength(after[position..]);
            position += same;
            if (position >= before.Length) break;
            int tile = position / tileBytes;
            tiles[tile >> 6] |= 1ul << (tile & 63);
            differs = true;
            position = (tile + 1) * tileBytes;
        }
        return differs;
    }

    private static void AddRuns(ReadOnlySpan<ulong> tiles, int y, int height, int width, DamageRegion damage)
    {
        int tile = NextTile(tiles, 0, marked: true);
        while (tile < TileWords * 64)
        {
            int end = NextTile(tiles, tile, marked: false);
            int left = tile * TileWidth;
            damage.Add(new Rect(left, y, Math.Min(width, end * TileWidth) - left, height));
            tile = NextTile(tiles, end, marked: true);
        }
    }

    /// <summary>The first tile from <paramref name="tile"/> on that is marked, or is not; one past the last where there is none.</summary>
    private static int NextTile(ReadOnlySpan<ulong> tiles, int tile, bool marked)
    {
        while (tile < TileWords * 64)
        {
            ulong word = marked ? tiles[tile >> 6] : ~tiles[tile >> 6];
            word &= ulong.MaxValue << (tile & 63);
            if (word != 0) return (tile & ~63) + BitOperations.TrailingZeroCount(word);
            tile = (tile & ~63) + 64;
        }
        return TileWords * 64;
    }
}
