using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Buffers;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Cursor;

/// <summary>
/// A surface with the guest's pointer shape at device resolution. Its few buffers are used in turn; while the
/// compositor holds all of them the newest shape waits, so a guest that changes it without end costs one image.
/// </summary>
internal sealed class CursorSurface : IDisposable
{
    private const int Slots = 2;

    private readonly CompositorGlobals _globals;
    private readonly WpViewport? _viewport;
    private readonly Slot?[] _slots = new Slot?[Slots];
    private bool _stale;
    private long _drawn;
    private CursorImage? _image;
    private double _scale = 1;

    internal CursorSurface(CompositorGlobals globals)
    {
        _globals = globals;
        Surface = globals.Compositor!.CreateSurface();
        _viewport = globals.Viewporter?.GetViewport(Surface);
    }

    internal WlSurface Surface { get; }

    /// <summary>Hot spot in logical pixels.</summary>
    internal int HotX => _image is null ? 0 : (int)Math.Round(_image.HotX / _scale);

    /// <summary>Hot spot in logical pixels.</summary>
    internal int HotY => _image is null ? 0 : (int)Math.Round(_image.HotY / _scale);

    /// <summary>Shows <paramref name="image"/>, one guest pixel to a device pixel at this scale.</summary>
    internal void Show(CursorImage image, double scale)
    {
        if (_viewport is null) scale = 1;
        if (_image == image && _drawn == image.Generation && _scale == scale) return;
        (_image, _drawn, _scale) = (image, image.Generation, scale);
        _stale = true;
        Draw();
    }

    public void Dispose()
    {
        _viewport?.Dispose();
        Surface.Dispose();
        foreach (Slot? slot in _slots) slot?.Dispose();
    }

    private void Draw()
    {
        if (!_stale || _image is not { IsDefined: true } image || FreeSlot(image.Width * image.Height * 4) is not { } slot) return;
        _stale = false;
        MemoryMarshal.AsBytes(image.Pixels).CopyTo(slot.Pool.Bytes);
        WlBuffer buffer = slot.Take(image.Width, image.Height);
        Surface.Attach(buffer, 0, 0);
        Surface.DamageBuffer(0, 0, image.Width, image.Height);
        _viewport?.SetDestination(Math.Max(1, (int)Math.Round(image.Width / _scale)), Math.Max(1, (int)Math.Round(image.Height / _scale)));
        Surface.Commit();
    }

    private Slot? FreeSlot(int bytes)
    {
        for (int i = 0; i < Slots; i++)
        {
            if (_slots[i] is { IsBusy: true }) continue;
            if (_slots[i] is not { } slot || slot.Pool.Bytes.Length < bytes)
            {
                _slots[i]?.Dispose();
                _slots[i] = new Slot(new ShmPool(_globals.Shm!, "vdmabuf cursor", bytes), Draw);
            }
            return _slots[i];
        }
        return null;
    }

    private sealed class Slot(ShmPool pool, Action released) : IDisposable
    {
        private WlBuffer? _buffer;
        private int _width, _height;

        internal ShmPool Pool => pool;

        internal bool IsBusy { get; private set; }

        internal WlBuffer Take(int width, int height)
        {
            IsBusy = true;
            if (_buffer is not null && (_width, _height) == (width, height)) return _buffer;
            _buffer?.Dispose();
            (_width, _height) = (width, height);
            _buffer = pool.CreateBuffer(0, width, height, width * 4, WlShmFormat.Argb8888);
            _buffer.Release += () =>
            {
                IsBusy = false;
                released();
            };
            return _buffer;
        }

        public void Dispose()
        {
            _buffer?.Dispose();
            pool.Dispose();
        }
    }
}
