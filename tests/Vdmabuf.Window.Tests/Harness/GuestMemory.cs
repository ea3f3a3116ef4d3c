using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Linux;

namespace Vdmabuf.Window.Tests;

/// <summary>
/// A guest's picture in a memfd, which also stands in for a dma-buf: the buffer for the window, and an fd of its own
/// to write with as the guest does.
/// </summary>
internal sealed class GuestMemory : IDisposable
{
    private readonly SafeFileHandle _fd;

    internal GuestMemory(
        int width, int height, uint fourcc = DrmFourcc.Xrgb8888, BufferMemory memory = BufferMemory.SharedMemory,
        Rect crop = default, int offset = 0, int stride = 0, bool bottomUp = false, ulong modifier = DrmModifier.Linear)
    {
        Assert.True(PixelFormat.TryFind(fourcc, out PixelFormat? format));
        BytesPerPixel = format.BytesPerPixel;
        if (stride == 0) stride = width * BytesPerPixel;
        if (crop == default) crop = Rect.Whole(width, height);
        long size = offset + ((long)stride * height);
        _fd = MemFd.Create("guest", size, FileSeals.None);
        FileFacts facts = FileFacts.Of((int)_fd.DangerousGetHandle());
        PlaneLayouts planes = default;
        planes[0] = new PlaneLayout((uint)offset, (uint)stride);
        var layout = new ImageLayout(width, height, crop, fourcc, modifier, bottomUp, 1, planes);
        Buffer = new GuestBuffer(
            new BufferIdentity(facts.Device, facts.Inode, layout), memory, size,
            FileDescriptors.Duplicate((int)_fd.DangerousGetHandle()));
    }

    internal GuestBuffer Buffer { get; }

    internal int BytesPerPixel { get; }

    internal ImageLayout Layout => Buffer.Layout;

    internal Rect Whole => Rect.Whole(Layout.Crop.Width, Layout.Crop.Height);

    /// <summary>Writes every pixel of the image: memory column and row to the pixel's word.</summary>
    internal GuestMemory Paint(Func<int, int, uint> pixel)
    {
        byte[] row = new byte[Layout.Width * BytesPerPixel];
        for (int y = 0; y < Layout.Height; y++)
        {
            for (int x = 0; x < Layout.Width; x++) Put(row, x, pixel(x, y));
            RandomAccess.Write(_fd, row, Layout.Planes[0].Offset + ((long)y * Layout.Planes[0].Stride));
        }
        return this;
    }

    internal GuestMemory Fill(uint word) => Paint((_, _) => word);

    /// <summary>Fills a rectangle of the memory image.</summary>
    internal void FillRect(Rect rect, uint word)
    {
        byte[] row = new byte[rect.Width * BytesPerPixel];
        for (int x = 0; x < rect.Width; x++) Put(row, x, word);
        for (int y = rect.Y; y < rect.Bottom; y++)
            RandomAccess.Write(_fd, row, Layout.Planes[0].Offset + ((long)y * Layout.Planes[0].Stride) + (rect.X * BytesPerPixel));
    }

    /// <summary>What a hostile VM may do at any time.</summary>
    internal void Shrink(long size) => RandomAccess.SetLength(_fd, size);

    public void Dispose()
    {
        Buffer.Dispose();
        _fd.Dispose();
    }

    private void Put(byte[] row, int x, uint word) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in word))[..BytesPerPixel].CopyTo(row.AsSpan(x * BytesPerPixel));
}
