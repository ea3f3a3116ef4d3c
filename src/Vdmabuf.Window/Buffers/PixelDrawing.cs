using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Window.Buffers;

/// <summary>
/// Draws guest pixels into a canvas: the copy rung's copying, and where the compositor does not know the guest's
/// format, converting to XRGB8888. Returns the bytes written, which are counted.
/// </summary>
internal static class PixelDrawing
{
    /// <summary>Whether pixels of a format can be turned into XRGB8888.</summary>
    internal static bool CanConvert(uint fourcc) => PixelFormat.TryFind(fourcc, out PixelFormat? format) && format.Channels is not null;

    /// <summary>Draws pixels that came by value; <paramref name="target"/> is within the canvas.</summary>
    internal static long Draw(ShmCanvas canvas, Rect target, uint fourcc, ReadOnlySpan<byte> pixels, int stride)
    {
        Span<byte> bytes = canvas.BeginDraw(target);
        if (fourcc == canvas.Fourcc)
            return PixelCopy.Copy(new ReadOnlyPixels(pixels, stride), 0, 0, bytes, canvas.Stride, target, canvas.BytesPerPixel);
        PixelFormat.TryFind(fourcc, out PixelFormat? format);
        for (int y = 0; y < target.Height; y++)
            Convert(format!, pixels[(y * stride)..], canvas, bytes, target.X, target.Y + y, target.Width);
        return target.Area * 4;
    }

    /// <summary>
    /// Draws a part of a guest's memory file. It is read, not mapped: the VM could shorten the file while we look
    /// (threat model, SIGBUS). A row that is gone by then stays as it was.
    /// </summary>
    internal static long DrawFile(ShmCanvas canvas, GuestBuffer buffer, Rect damage)
    {
        ImageLayout layout = buffer.Layout;
        PixelFormat.TryFind(layout.Fourcc, out PixelFormat? format);
        Span<byte> bytes = canvas.BeginDraw(damage);
        int rowBytes = damage.Width * format!.BytesPerPixel;
        SafeFileHandle fd = buffer.PlaneFd(0);
        byte[]? row = layout.Fourcc == canvas.Fourcc ? null : ArrayPool<byte>.Shared.Rent(rowBytes);
        for (int y = damage.Y; y < damage.Bottom; y++)
        {
            long at = Offset(layout, format, damage.X, y);
            if (row is null)
            {
                RandomAccess.Read(fd, bytes.Slice((y * canvas.Stride) + (damage.X * canvas.BytesPerPixel), rowBytes), at);
                continue;
            }
            if (RandomAccess.Read(fd, row.AsSpan(0, rowBytes), at) == rowBytes)
                Convert(format, row, canvas, bytes, damage.X, y, damage.Width);
        }
        if (row is not null) ArrayPool<byte>.Shared.Return(row);
        return damage.Area * canvas.BytesPerPixel;
    }

    /// <summary>Draws a part of a mapped dma-buf.</summary>
    internal static long DrawMapped(ShmCanvas canvas, GuestBuffer buffer, ReadOnlySpan<byte> mapped, Rect damage)
    {
        ImageLayout layout = buffer.Layout;
        PixelFormat.TryFind(layout.Fourcc, out PixelFormat? format);
        Span<byte> bytes = canvas.BeginDraw(damage);
        int rowBytes = damage.Width * format!.BytesPerPixel;
        for (int y = damage.Y; y < damage.Bottom; y++)
        {
            ReadOnlySpan<byte> row = mapped.Slice((int)Offset(layout, format, damage.X, y), rowBytes);
            if (layout.Fourcc == canvas.Fourcc) row.CopyTo(bytes[((y * canvas.Stride) + (damage.X * canvas.BytesPerPixel))..]);
            else Convert(format, row, canvas, bytes, damage.X, y, damage.Width);
        }
        return damage.Area * canvas.BytesPerPixel;
    }

    /// <summary>Where a scanout pixel lies in its file; validated layouts keep this within the file.</summary>
    private static long Offset(in ImageLayout layout, PixelFormat format, int x, int y)
    {
        int row = layout.Crop.Y + (layout.BottomUp ? layout.Crop.Height - 1 - y : y);
        return layout.Planes[0].Offset + ((long)row * layout.Planes[0].Stride) + ((long)(layout.Crop.X + x) * format.BytesPerPixel);
    }

    private static void Convert(PixelFormat format, ReadOnlySpan<byte> from, ShmCanvas canvas, Span<byte> bytes, int x, int y, int width)
    {
        Span<uint> to = MemoryMarshal.Cast<byte, uint>(bytes[((y * canvas.Stride) + (x * 4))..]);
        for (int i = 0; i < width; i++) 
        {
            Rgba8 colour = PixelReader.Read(format, from[(i * format.BytesPerPixel)..]);
            to[i] = 0xff000000 | ((uint)colour.Red << 16) | ((uint)colour.Green << 8) | colour.Blue;
        }
    }
}
