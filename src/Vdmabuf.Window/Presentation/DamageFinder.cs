using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Window.Presentation;

/// <summary>
/// Finds what really changed where a VM calls its whole picture damaged at every flip: keeps what was shown last,
/// reads the new frame band by band (each stays in the CPU's cache) and compares. A setting: it costs about a
/// millisecond for each megapixel and saves the compositor its upload.
/// </summary>
internal sealed class DamageFinder
{
    private readonly DamageRegion _found = new();
    private byte[] _last = [];
    private byte[] _band = [];
    private bool[] _known = [];
    private (int Width, int Height, uint Fourcc) _shape;

    /// <summary>
    /// Adds the parts of <paramref name="claimed"/> that differ from the frame before to <paramref name="damage"/>.
    /// Returns the bytes read. The buffer's memory is read, never mapped: the VM could shorten it.
    /// </summary>
    internal long Find(GuestBuffer buffer, Rect claimed, DamageRegion damage)
    {
        ImageLayout layout = buffer.Layout;
        PixelFormat.TryFind(layout.Fourcc, out PixelFormat? format);
        int pixel = format!.BytesPerPixel, rowBytes = layout.Crop.Width * pixel;
        var shape = (layout.Crop.Width, layout.Crop.Height, layout.Fourcc);
        long kept = (long)rowBytes * layout.Crop.Height, band = FrameComparer.TileHeight * (long)layout.Planes[0].Stride;
        // Bottom-up images come from GPUs and not from here.
        if (layout.BottomUp || Math.Max(kept, band) > int.MaxValue)
        {
            Forget();
            damage.Add(claimed);
            return 0;
        }
        if (shape != _shape)
        {
            _shape = shape;
            _last = new byte[kept];
            _known = new bool[layout.Crop.Height];
        }
        if (_band.Length < band) _band = new byte[band];

        int stride = (int)layout.Planes[0].Stride;
        long read = 0;
        for (int y = claimed.Y; y < claimed.Bottom; y += FrameComparer.TileHeight)
        {
            int rows = Math.Min(FrameComparer.TileHeight, claimed.Bottom - y);
            bool known = !_known.AsSpan(y, rows).Contains(false);
            if (!known) damage.Add(new Rect(0, y, layout.Crop.Width, rows));
            read += CompareBand(buffer, layout, y, rows, stride, rowBytes, pixel, known ? damage : null);
        }
        return read;
    }

    /// <summary>Something was shown that did not come by here: nothing is known of the screen any more.</summary>
    internal void Forget() => _known.AsSpan().Clear();

    private int CompareBand(GuestBuffer buffer, in ImageLayout layout, int y, int rows, int stride, int rowBytes, int pixel, DamageRegion? damage)
    {
        long at = layout.Planes[0].Offset + ((long)(layout.Crop.Y + y) * stride) + ((long)layout.Crop.X * pixel);
        int wanted = ((rows - 1) * stride) + rowBytes;
        int got = RandomAccess.Read(buffer.PlaneFd(0), _band.AsSpan(0, wanted), at);
        if (got < wanted) return got;
        Span<byte> last = _last.AsSpan(y * rowBytes, rows * rowBytes);
        if (damage is not null)
        {
            _found.Clear();
            if (!FrameComparer.Compare(new ReadOnlyPixels(last, rowBytes), new ReadOnlyPixels(_band, stride), layout.Crop.Width, rows, pixel, _found)) return got;
            foreach (Rect rect in _found.Rects) damage.Add(rect with { Y = rect.Y + y });
        }
        for (int row = 0; row < rows; row++) _band.AsSpan(row * stride, rowBytes).CopyTo(last[(row * rowBytes)..]);
        _known.AsSpan(y, rows).Fill(true);
        return got;
    }
}
