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
        if (TakeBuffer() is not { } buffer) return _pacer.DeadlineReached(now);
        bool answered = BeforeCommit?.Invoke() ?? false;
        bool placed = _content.Place(_layout, Geometry, _windowWidth, _windowHeight);
        _shownLayout = _layout;
        WlSurface target = _content.Target;
        target.Attach(buffer, 0, 0);
        foreach (Rect rect in _damage.Rects)
        {
            Rect at = DamageMapping.ToBuffer(rect, _layout);
            if (!at.IsEmpty) target.DamageBuffer(at.X, at.Y, at.Width, at.Height);
        }
        _damage.Clear();
        bool withCallback = _pacer.WantsCallback && _callback.IsReleased;
        if (withCallback) target.Frame(_callback);
        target.Commit();
        if (_content.IsLetterboxed && (answered || placed)) _content.CommitRoot();
        // At once: the loop's own flush comes only after everything else of this turn.
        _session.Flush();
        Statistics.Commits++;
        HasShown = true;
        return _pacer.Committed(now, withCallback);
    }

    /// <summary>Answers the compositor's state where the picture stays what it is: no buffer, no damage, no frame.</summary>
    private void CommitPlace()
    {
        bool answered = BeforeCommit?.Invoke() ?? false;
        bool placed = _content.PlaceAgain(_shownLayout, Geometry, _windowWidth, _windowHeight);
        _content.Target.Commit();
        if (_content.IsLetterboxed && (answered || placed)) _content.CommitRoot();
        _session.Flush();
    }

    /// <summary>
    /// The wl_buffer of the newest frame; on the copy rung, drawn up to date first. Null where its memory turned out to
    /// be unreadable.
    /// </summary>
    private WlBuffer? TakeBuffer()
    {
        if (_buffer is { IsUsable: true } buffer)
        {
            if (buffer.Rung != Rung.Copy)
            {
                NoteRung(LadderChoice.NameOf(buffer.Rung!.Value), buffer.Reason);
                _layout = buffer.Guest.Layout;
                _canvasIsCurrent = false;
                buffer.Committed();
                return buffer.Proxy;
            }
            if (!TryCopyDamage(buffer)) return null;
            NoteRung(LadderChoice.NameOf(Rung.Copy), buffer.Reason);
        }
        else
        {
            NoteRung(LadderChoice.NameOf(Rung.Copy), "copy: the VM sends its pixels by value");
        }
        // The canvas is upright and holds the scanout alone, whatever the guest's image looks like.
        _layout = CanvasLayout(_canvas!);
        return _canvas!.Attach();
    }

    /// <summary>Makes <paramref name="guest"/> the newest frame's buffer; false where no rung carries it.</summary>
    private bool TryTurnTo(GuestBuffer guest)
    {
        if (_buffer?.Guest == guest) return _buffer.IsUsable;
        if (_store.Get(guest) is not { } next) return false;
        Rect crop = guest.Layout.Crop;
        if (PictureSize != (crop.Width, crop.Height)) _damage.Clear();
        _buffer = next;
        _layout = guest.Layout;
        _announced = default;
        _bytesFourcc = 0;
        SetPictureSize(crop.Width, crop.Height);
        return true;
    }

    /// <summary>Makes the canvas the newest frame, for pixels that come by value; false where none was begun or there is no memory.</summary>
    private bool TryTurnToBytes()
    {
        if (_announced.Width == 0) return _bytesFourcc != 0;
        (int width, int height, uint fourcc) = _announced;
        if (!TryEnsureCanvas(width, height, fourcc)) return false;
        _announced = default;
        _bytesFourcc = fourcc;
        _buffer = null;
        _layout = CanvasLayout(_canvas!);
        _damage.Clear();
        _damage.Add(Rect.Whole(width, height));
        return true;
    }

    /// <summary>The last resort: copies what changed out of the guest's memory.</summary>
    private bool TryCopyDamage(WindowBuffer buffer)
    {
        GuestBuffer guest = buffer.Guest;
        Rect crop = guest.Layout.Crop;
        if (!TryEnsureCanvas(crop.Width, crop.Height, guest.Layout.Fourcc)) return GiveUp(buffer, "no memory for the copy");
        // What the canvas holds is not what is shown: then damage, which is relative to that, does not do.
        if (!_canvasIsCurrent) _damage.Add(Rect.Whole(crop.Width, crop.Height));
        if (guest.Memory == BufferMemory.SharedMemory)
        {
            foreach (Rect rect in _damage.Rects) Statistics.BytesCopied += PixelDrawing.DrawFile(_canvas!, guest, rect);
        }
        else
        {
            try
            {
                MappedMemory mapping = buffer.Map();
                using DmaBufAccess access = DmaBufAccess.BeginRead(guest.PlaneFd(0));
                foreach (Rect rect in _damage.Rects) Statistics.BytesCopied += PixelDrawing.DrawMapped(_canvas!, guest, mapping.Bytes, rect);
            }
            catch (IOException error)
            {
                return GiveUp(buffer, error.Message);
            }
        }
        _canvasIsCurrent = true;
        buffer.Copied();
        return true;
    }

    private bool GiveUp(WindowBuffer buffer, string why)
    {
        buffer.Rung = null;
        WindowLog.Trouble(_session.Log, "copy", $"the VM's memory cannot be read: {why}; the last good frame stays");
        return false;
    }

    /// <summary>The damage the source told, or what really changed where the user asked for the comparison.</summary>
    private void Gather(Rect damage)
    {
        if (_finder is null) _damage.Add(damage);
        else if (_buffer is { Guest.Memory: BufferMemory.SharedMemory } buffer && HasShown)
            Statistics.BytesCompared += _finder.Find(buffer.Guest, damage, _damage);
        else
        {
            _finder.Forget();
            _damage.Add(damage);
        }
    }

    private bool TryEnsureCanvas(int width, int height, uint fourcc)
    {
        if (!PixelFormat.TryFind(fourcc, out PixelFormat? format) || !_session.Globals.ShmFormats.Supports(format.Fourcc))
            PixelFormat.TryFind(DrmFourcc.Xrgb8888, out format);
        if (_canvas is not null && (_canvas.Width, _canvas.Height, _canvas.Fourcc) == (width, height, format!.Fourcc)) return true;
        ShmCanvas? old = _canvas;
        _canvas = new ShmCanvas(_session.Globals.Shm!, width, height, format!);
        if (!_canvas.TryReserve())
        {
            WindowLog.Trouble(_session.Log, "copy", $"no memory for an image of {width}x{height}; the last good frame stays");
            (_canvas, old) = (old, null);
            return false;
        }
        if (old is not null) Retire(old);
        _canvasIsCurrent = false;
        _damage.Clear();
        _damage.Add(Rect.Whole(width, height));
        return true;
    }

    /// <summary>The compositor may still read the old canvas: each of its buffers goes when it is released.</summary>
    private void Retire(ShmCanvas canvas)
    {
        _retired.RemoveAll(static old => old.SlotCount == 0);
        canvas.Retire();
        if (canvas.SlotCount > 0) _retired.Add(canvas);
        if (_retired.Count <= ShmCanvas.MaxSlots) return;
        // A guest that changes its mode while the compositor sleeps costs no more than these.
        _retired[0].Dispose();
        _retired.RemoveAt(0);
    }

    private static ImageLayout CanvasLayout(ShmCanvas canvas)
    {
        PlaneLayouts planes = default;
        planes[0] = new PlaneLayout(0, (uint)canvas.Stride);
        return new ImageLayout(canvas.Width, canvas.Height, Rect.Whole(canvas.Width, canvas.Height), canvas.Fourcc, DrmModifier.Linear, false, 1, planes);
    }
}
