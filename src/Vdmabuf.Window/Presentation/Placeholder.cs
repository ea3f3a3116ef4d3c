using System.Runtime.InteropServices;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Buffers;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Presentation;

/// <summary>
/// What a window shows while its VM has never shown anything: a dark plane, so that there is a window at all. One
/// pixel where the compositor scales it, else an image of the window's size.
/// </summary>
internal sealed class Placeholder : IDisposable
{
    private const uint Colour = 0xff202124;

    private readonly CompositorGlobals _globals;
    private readonly ContentSurface _content;
    private ShmPool? _pool;
    private WlBuffer? _buffer;
    private (int Width, int Height) _size;

    internal Placeholder(CompositorGlobals globals, ContentSurface content)
    {
        _globals = globals;
        _content = content;
    }

    /// <summary>Attaches the plane in the window's logical size and commits.</summary>
    /// <exception cref="LinuxException">No memory is left.</exception>
    internal void Show(int width, int height)
    {
        (int Width, int Height) wanted = _content.HasViewport
            ? (1, 1)
            : (Math.Min(width, ImageValidator.MaxSide), Math.Min(height, ImageValidator.MaxSide));
        ShmPool? oldPool = null;
        WlBuffer? oldBuffer = null;
        if (_size != wanted)
        {
            (oldPool, oldBuffer) = (_pool, _buffer);
            int stride = wanted.Width * 4;
            _pool = new ShmPool(_globals.Shm!, "vdmabuf placeholder", (long)stride * wanted.Height);
            MemoryMarshal.Cast<byte, uint>(_pool.Bytes).Fill(Colour);
            _buffer = _pool.CreateBuffer(0, wanted.Width, wanted.Height, stride, WlShmFormat.Xrgb8888);
            _size = wanted;
        }
        _content.ShowPlain(_buffer!, width, height);
        // Only after the commit: until then it is what the surface shows.
        oldBuffer?.Dispose();
        oldPool?.Dispose();
    }

    public void Dispose()
    {
        _buffer?.Dispose();
        _pool?.Dispose();
    }
}
