using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Presentation;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Buffers;

namespace Vdmabuf.Window.Presentation;

/// <content>One commit: the buffer, its damage, its place, and a frame callback where none is outstanding.</content>
internal sealed partial class Presenter
{
    private PacerDecision Commit()
    {
        long now = _session.Loop.NowMicroseconds;
        BeforeCommit?.Invoke();
        bool commitRoot = _content.Place(_layout, Geometry, _windowWidth, _windowHeight);
        WlSurface target = _content.Target;
        target.Attach(TakeBuffer(), 0, 0);
        foreach (Rect rect in _damage.Rects)
        {
            Rect at = DamageMapping.ToBuffer(rect, _layout);
            if (!at.IsEmpty) target.DamageBuffer(at.X, at.Y, at.Width, at.Height);
        }
        _damage.Clear();
        bool withCallback = _pacer.WantsCallback && _callback.IsReleased;
        if (withCallback) target.Frame(_callback);
        target.Commit();
        if (commitRoot) _content.CommitRoot();
        // At once: the loop's own flush comes only after everything else of this turn.
        _session.Flush();
        Statistics.Commits++;
        HasShown = true;
        return _pacer.Committed(now, withCallback);
    }

    /// <summary>The wl_buffer of the newest frame; on the copy rung, drawn up to date first.</summary>
    private WlBuffer TakeBuffer()
    {
        if (_buffer is null)
        {
            NoteRung(LadderChoice.NameOf(Rung.Copy), "copy: the VM sends its pixels by value");
            _shown = null;
            return _canvas!.Attach();
        }
        NoteRung(LadderChoice.NameOf(_buffer.Rung ?? Rung.Copy), _buffer.Reason);
        if (_buffer.Rung != Rung.Copy)
        {
            _shown = _buffer;
            _buffer.Committed();
            return _buffer.Proxy!;
        }
        CopyDamage(_buffer);
        _shown = null;
        // The canvas is upright and holds the scanout alone, whatever the guest's image looks like.
        _layout = CanvasLayout(_canvas!);
        _content.Place(_layout, Geometry, _windowWidth, _windowHeight);
        return _canvas!.Attach();
    }

    /// <summary>The last resort: copies what changed out of the guest's memory.</summary>
    private void CopyDamage(WindowBuffer buffer)
    {
        GuestBuffer guest = buffer.Guest;
        EnsureCanvas(guest.Layout.Crop.Width, guest.Layout.Crop.Height, guest.Layout.Fourcc);
        if (guest.Memory == BufferMemory.SharedMemory)
        {
            foreach (Rect rect in _damage.Rects) Statistics.BytesCopied += PixelDrawing.DrawFile(_canvas!, guest, rect);
            return;
        }
        try
        {
            MappedMemory mapping = buffer.Map();
            using DmaBufAccess access = DmaBufAccess.BeginRead(guest.PlaneFd(0));
            foreach (Rect rect in _damage.Rects) Statistics.BytesCopied += PixelDrawing.DrawMapped(_canvas!, guest, mapping.Bytes, rect);
        }
        catch (LinuxException error)
        {
            WindowLog.Trouble(_session.Log, "copy", $"the dma-buf cannot be read: {error.Message}; the last good frame stays");
        }
    }

    /// <summary>The damage the source told, or what really changed where the user asked for the comparison.</summary>
    private void Gather(Rect damage)
    {
        if (_finder is null || _buffer is not { Guest.Memory: BufferMemory.SharedMemory } buffer || !HasShown)
        {
            _damage.Add(damage);
            return;
        }
        Statistics.BytesCompared += _finder.Find(buffer.Guest, damage, _damage);
    }

    private void EnsureCanvas(int width, int height, uint fourcc)
    {
        if (!PixelFormat.TryFind(fourcc, out PixelFormat? format) || !_session.Globals.ShmFormats.Supports(format.Fourcc))
            PixelFormat.TryFind(DrmFourcc.Xrgb8888, out format);
        if (_canvas is not null && (_canvas.Width, _canvas.Height, _canvas.Fourcc) == (width, height, format!.Fourcc)) return;
        _canvas?.Dispose();
        _canvas = new ShmCanvas(_session.Globals.Shm!, width, height, format!);
        _damage.Clear();
        _damage.Add(Rect.Whole(width, height));
    }

    private static ImageLayout CanvasLayout(ShmCanvas canvas)
    {
        PlaneLayouts planes = default;
        planes[0] = new PlaneLayout(0, (uint)canvas.Stride);
        return new ImageLayout(canvas.Width, canvas.Height, Rect.Whole(canvas.Width, canvas.Height), canvas.Fourcc, DrmModifier.Linear, false, 1, planes);
    }
}
