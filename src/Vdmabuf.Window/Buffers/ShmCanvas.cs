using Vdmabuf.Core.Imaging;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Buffers;

/// <summary>
/// The copy rung: an image of our own in shared memory, into which only what changed is drawn. It has up to
/// <see cref="MaxSlots"/> buffers; one the compositor still reads is not drawn into while there is another (a compositor that
/// keeps all of them may see a picture that is half new; that is counted), and a slot that is taken up
/// again is first brought up to date from the newest one - only where it is stale.
/// </summary>
internal sealed class ShmCanvas : IDisposable
{
    /// <summary>One shown, one queued, one being drawn, and one for a compositor that is late.</summary>
    internal const int MaxSlots = 4;

    private readonly WlShm _shm;
    private readonly PixelFormat _format;
    private readonly List<Slot> _slots = new(MaxSlots);
    private Slot? _newest;
    private bool _isRetired;

    /// <summary>An image of <paramref name="width"/> x <paramref name="height"/> pixels (validated: at most 16384 each).</summary>
    internal ShmCanvas(WlShm shm, int width, int height, PixelFormat format)
    {
        _shm = shm;
        _format = format;
        Width = width;
        Height = height;
        Stride = (int)((format.Plane(0).RowBytes(width) + 3) & ~3L);
    }

    internal int Width { get; }

    internal int Height { get; }

    internal int Stride { get; }

    internal uint Fourcc => _format.Fourcc;

    internal int BytesPerPixel => _format.BytesPerPixel;

    internal int SlotCount => _slots.Count;

    /// <summary>True once something was drawn.</summary>
    internal bool HasPicture => _newest is not null;

    /// <summary>Bytes copied within the canvas to bring slots up to date; what callers draw is theirs to count.</summary>
    internal long BytesRefreshed { get; private set; }

    /// <summary>How often every slot was held by the compositor, so that one it reads had to be drawn into.</summary>
    internal long Overruns { get; private set; }

    /// <summary>
    /// The newest image, to draw <paramref name="damage"/> into: rows <see cref="Stride"/> bytes apart. Its next
    /// <see cref="Attach"/> shows it.
    /// </summary>
    internal Span<byte> BeginDraw(Rect damage)
    {
        Slot slot = Take();
        foreach (Slot other in _slots)
            if (other != slot) other.Stale.Add(damage);
        _newest = slot;
        return slot.Pool.Bytes;
    }

    /// <summary>The newest image's pixels, for a screenshot.</summary>
    internal ReadOnlySpan<byte> Pixels => _newest is { } slot ? slot.Pool.Bytes : default;

    /// <summary>The buffer of the newest image; counts as read by the compositor until it is released.</summary>
    internal WlBuffer Attach()
    {
        Slot slot = _newest!;
        slot.IsBusy = true;
        return slot.Buffer;
    }

    /// <summary>Makes the first slot, to learn whether there is memory for it.</summary>
    internal bool TryReserve()
    {
        if ((long)Stride * Height > int.MaxValue) return false;
        return _slots.Count > 0 || TryAddSlot() is not null;
    }

    /// <summary>Nothing more is drawn: every slot goes as soon as the compositor has released it.</summary>
    internal void Retire()
    {
        _isRetired = true;
        for (int i = _slots.Count - 1; i >= 0; i--)
            if (!_slots[i].IsBusy) Drop(_slots[i]);
        _newest = null;
    }

    public void Dispose()
    {
        foreach (Slot slot in _slots) slot.Dispose();
        _slots.Clear();
        _newest = null;
    }

    private void Drop(Slot slot)
    {
        _slots.Remove(slot);
        slot.Dispose();
    }

    private void OnReleased(Slot slot)
    {
        slot.IsBusy = false;
        if (_isRetired) Drop(slot);
    }

    private Slot Take()
    {
        if (_newest is { IsBusy: false } newest) return newest;
        Slot? free = null;
        foreach (Slot slot in _slots)
            if (!slot.IsBusy) free = slot;
        if (free is null && _slots.Count < MaxSlots) free = TryAddSlot();
        if (free is null)
        {
            Overruns++;
            return _newest!;
        }
        if (_newest is { } source) Refresh(free, source);
        return free;
    }

    private Slot? TryAddSlot()
    {
        try
        {
            var slot = new Slot(_shm, this);
            _slots.Add(slot);
            return slot;
        }
        catch (LinuxException)
        {
            return null;   // as if all were held: better a torn frame than none
        }
    }

    private void Refresh(Slot slot, Slot source)
    {
        Span<byte> target = slot.Pool.Bytes;
        ReadOnlySpan<byte> from = source.Pool.Bytes;
        foreach (Rect rect in slot.Stale.Rects)
            BytesRefreshed += PixelCopy.Copy(new ReadOnlyPixels(from, Stride), rect.X, rect.Y, target, Stride, rect, BytesPerPixel);
        slot.Stale.Clear();
    }

    private sealed class Slot : IDisposable
    {
        internal Slot(WlShm shm, ShmCanvas canvas)
        {
            Pool = new ShmPool(shm, "vdmabuf canvas", (long)canvas.Stride * canvas.Height);
            Buffer = Pool.CreateBuffer(0, canvas.Width, canvas.Height, canvas.Stride, (WlShmFormat)canvas._format.ShmCode);
            Buffer.Release += () => canvas.OnReleased(this);
            Stale.Add(Rect.Whole(canvas.Width, canvas.Height));
        }

        internal ShmPool Pool { get; }

        internal WlBuffer Buffer { get; }

        internal DamageRegion Stale { get; } = new();

        internal bool IsBusy { get; set; }

        public void Dispose()
        {
            Buffer.Dispose();
            Pool.Dispose();
        }
    }
}
