using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Buffers;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Presentation;

/// <summary>What a window shows while its VM has never shown anything: a dark plane, so that there is a window at all.</summary>
internal sealed class Placeholder : IDisposable
{
    private const uint Colour = 0xff202124;

    private readonly CompositorGlobals _globals;
    private readonly WlSurface _surface;
    private ShmPool? _pool;
    private WlBuffer? _buffer;
    private (int Width, int Height) _size;

    internal Placeholder(CompositorGlobals globals, WlSurface surface)
    {
        _globals = globals;
        _surface = surface;
    }

    /// <summary>Attaches the plane in the window's logical size and commits.</summary>
    internal void Show(int width, int height)
    {
        if (_size != (width, height))
        {
            Free();
            _size = (width, height);
            int stride = width * 4;
            _pool = new ShmPool(_globals.Shm!, "vdmabuf placeholder", (long)stride * height);
            MemoryMarshal.Cast<byte, uint>(_pool.Bytes).Fill(Colour);
            _buffer = _pool.CreateBuffer(0, width, height, stride, WlShmFormat.Xrgb8888);
        }
        _surface.Attach(_buffer, 0, 0);
        _surface.DamageBuffer(0, 0, width, height);
        _surface.Commit();
    }

    public void Dispose() => Free();

    private void Free()
    {
        _buffer?.Dispose();
        _pool?.Dispose();
    }
}
