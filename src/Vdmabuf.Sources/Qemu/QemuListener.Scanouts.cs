using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;
using Vdmabuf.DBus;
using Vdmabuf.Linux;

namespace Vdmabuf.Sources.Qemu;

/// <content>What QEMU sends to be shown: files, dma-bufs and bytes.</content>
internal sealed partial class QemuListener
{
    private const string Failed = "org.qemu.Display1.Error.Failed";

    private bool OnScanoutMap(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        int fd = reader.ReadFdBorrowed();
        uint offset = reader.ReadUInt32(), width = reader.ReadUInt32(), height = reader.ReadUInt32();
        uint stride = reader.ReadUInt32(), pixman = reader.ReadUInt32();
        FileFacts facts = FileFacts.Of(fd);
        if (facts.Kind != FileKind.SharedMemory)
        {
            // Seen with blob=true and no GL: fd 0 of QEMU, its stdin. An error reply gets us the pixels as bytes (§4).
            Refuse("ScanoutMap", $"fd of inode {facts.Inode} is no memory file");
            call.ReplyError(Failed, "the fd is no memory file; send the pixels instead");
            return true;
        }
        // Where pixman has no name for the format, fourcc 0 makes the validator refuse it with the right words.
        _ = PixmanFormat.TryToFourcc(pixman, out uint fourcc);
        ForeignImage image = ForeignImage.Single(width, height, PixelFormat.ToOpaque(fourcc), DrmModifier.Linear, offset, stride, facts.Size);
        ImageVerdict verdict = ImageValidator.Validate(image);
        if (!verdict.IsAccepted)
        {
            Refuse("ScanoutMap", verdict.Refusal.Describe());
            call.ReplyError(Failed, verdict.Refusal.Describe());
            return true;
        }
        ImageLayout layout = verdict.Layout;
        // QEMU's main loop waits for this answer: before anything else.
        call.ReplyEmpty();
        ShowNext(_buffers.Find(facts, layout) ?? _buffers.Add(facts, layout, FileDescriptors.Duplicate(fd)));
        return true;
    }

    private bool OnScanoutDmaBuf(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        int fd = reader.ReadFdBorrowed();
        uint width = reader.ReadUInt32(), height = reader.ReadUInt32(), stride = reader.ReadUInt32(), fourcc = reader.ReadUInt32();
        ulong modifier = reader.ReadUInt64();
        FileFacts facts = FileFacts.Of(fd);
        ForeignPlanes planes = default;
        planes[0] = new ForeignPlane(0, stride, facts.Size);
        var image = new ForeignImage
        {
            BackingWidth = width, BackingHeight = height, Width = width, Height = height,
            Fourcc = PixelFormat.ToOpaque(fourcc), Modifier = modifier, BottomUp = reader.ReadBool(),
            PlaneCount = 1, FdCount = 1, Planes = planes,
        };
        PlaneFds fds = default;
        fds[0] = fd;
        return ShowDmaBuf(ref call, "ScanoutDMABUF", facts, image, fds);
    }

    private bool OnScanoutDmaBuf2(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        PlaneFds fds = default;
        int fdCount = 0;
        reader.EnterArray("h"u8);
        while (!reader.AtEnd)
        {
            int fd = reader.ReadFdBorrowed();
            if (fdCount < PlaneLayouts.MaxPlanes) fds[fdCount] = fd;
            fdCount++;
        }
        reader.Exit();
        uint x = reader.ReadUInt32(), y = reader.ReadUInt32(), width = reader.ReadUInt32(), height = reader.ReadUInt32();
        ReadOnlySpan<uint> offsets = reader.ReadUInt32Array(), strides = reader.ReadUInt32Array();
        uint planeCount = reader.ReadUInt32(), fourcc = reader.ReadUInt32();
        uint backingWidth = reader.ReadUInt32(), backingHeight = reader.ReadUInt32();
        ulong modifier = reader.ReadUInt64();
        bool bottomUp = reader.ReadBool();
        if (fdCount is 0 or > PlaneLayouts.MaxPlanes || offsets.Length < planeCount || strides.Length < planeCount)
        {
            Refuse("ScanoutDMABUF2", $"{planeCount} planes came with {fdCount} fds, {offsets.Length} offsets and {strides.Length} strides");
            call.ReplyError(Failed, "planes, fds, offsets and strides do not agree");
            return true;
        }
        FileFacts first = FileFacts.Of(fds[0]);
        ForeignPlanes planes = default;
        for (int plane = 0; plane < Math.Min(planeCount, PlaneLayouts.MaxPlanes); plane++)
        {
            FileFacts facts = plane == 0 || plane >= fdCount ? first : FileFacts.Of(fds[plane]);
            // Every fd is judged, not only the first: -1 is a size the validator refuses.
            planes[plane] = new ForeignPlane(offsets[plane], strides[plane], facts.Kind == first.Kind ? facts.Size : -1);
        }
        var image = new ForeignImage
        {
            BackingWidth = backingWidth, BackingHeight = backingHeight, X = x, Y = y, Width = width, Height = height,
            Fourcc = PixelFormat.ToOpaque(fourcc), Modifier = modifier, BottomUp = bottomUp,
            PlaneCount = planeCount, FdCount = fdCount, Planes = planes,
        };
        return ShowDmaBuf(ref call, "ScanoutDMABUF2", first, image, fds);
    }

    private bool ShowDmaBuf(ref IncomingCall call, string method, in FileFacts facts, in ForeignImage image, in PlaneFds fds)
    {
        ImageVerdict verdict = facts.Kind == FileKind.Other
            ? default
            : ImageValidator.Validate(image);
        if (facts.Kind == FileKind.Other || !verdict.IsAccepted)
        {
            string why = facts.Kind == FileKind.Other ? "the fd is neither a dma-buf nor a memory file" : verdict.Refusal.Describe();
            Refuse(method, why);
            call.ReplyError(Failed, why);
            return true;
        }
        ImageLayout layout = verdict.Layout;
        GuestBuffer? known = _buffers.Find(facts, layout);
        if (known is null)
        {
            known = _buffers.Add(facts, layout, Duplicate(fds, Math.Min(image.FdCount, layout.PlaneCount)));
        }
        call.ReplyEmpty();
        ShowNext(known);
        return true;
    }

    /// <summary>All or none: where the process runs out of fds halfway, those made before are closed again.</summary>
    private static SafeFileHandle[] Duplicate(in PlaneFds fds, int count)
    {
        var owned = new SafeFileHandle[count];
        try
        {
            for (int i = 0; i < count; i++) owned[i] = FileDescriptors.Duplicate(fds[i]);
            return owned;
        }
        catch
        {
            foreach (SafeFileHandle? made in owned) made?.Dispose();
            throw;
        }
    }

    /// <summary>The buffer is the scanout from here on; it is presented with the update that follows, or after the grace.</summary>
    private void ShowNext(GuestBuffer buffer)
    {
        if (_scanoutUnseen && _current is { IsRetired: false } unseen && unseen != buffer && unseen.Layout.Crop != buffer.Layout.Crop)
            Log.ScanoutReplacedUnseen(_log, _name, unseen.Layout.Crop.Width, unseen.Layout.Crop.Height);
        _bytes = null;
        _current = buffer;
        _scanoutUnseen = true;
        _disableGrace.Disarm();
        // From the first unseen scanout on: a guest that flips faster than the grace must not be kept from being seen.
        if (!_updateGrace.IsArmed) _updateGrace.ArmAt(_loop.NowMicroseconds + UpdateGraceMicroseconds);
    }

    private bool OnUpdate(ref IncomingCall call, bool awaited)
    {
        MessageReader reader = call.Reader;
        int x = reader.ReadInt32(), y = reader.ReadInt32(), width = reader.ReadInt32(), height = reader.ReadInt32();
        if (_current is not { IsRetired: false } buffer)
        {
            Refuse("an update", $"{x},{y} {width}x{height} came before any scanout");
            if (awaited) call.ReplyEmpty();
            return true;
        }
        Rect crop = buffer.Layout.Crop;
        Rect damage = _scanoutUnseen ? Rect.Whole(crop.Width, crop.Height) : Rect.Clip(x, y, width, height, crop.Width, crop.Height);
        if (damage.IsEmpty)
        {
            if (awaited) call.ReplyEmpty();
            return true;
        }
        if (awaited) _acknowledgements.Add(_serial + 1, call.Defer());
        Present(buffer, damage, awaited);
        return true;
    }

    private bool OnScanoutBytes(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        uint width = reader.ReadUInt32(), height = reader.ReadUInt32(), stride = reader.ReadUInt32(), pixman = reader.ReadUInt32();
        ReadOnlySpan<byte> pixels = reader.ReadByteArray();
        ImageRefusal refusal = ImageValidator.ValidateBytes(width, height, stride, pixman, pixels.Length, out PixelBlock block);
        if (!refusal.IsNone)
        {
            Refuse("Scanout", refusal.Describe());
            call.ReplyError(Failed, refusal.Describe());
            return true;
        }
        if (_bytes is not { } shown || shown.Target != block.Target || shown.Fourcc != block.Fourcc)
            _view.BeginBytes(block.Target.Width, block.Target.Height, PixelFormat.ToOpaque(block.Fourcc));
        _bytes = block;
        _current = null;
        Draw(block, pixels);
        call.ReplyEmpty();
        return true;
    }

    private bool OnUpdateBytes(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        int x = reader.ReadInt32(), y = reader.ReadInt32(), width = reader.ReadInt32(), height = reader.ReadInt32();
        uint stride = reader.ReadUInt32(), pixman = reader.ReadUInt32();
        ReadOnlySpan<byte> pixels = reader.ReadByteArray();
        if (_bytes is not { } shown)
        {
            Refuse("Update", $"{x},{y} {width}x{height} came before any Scanout");
            call.ReplyError(Failed, "no Scanout came before");
            return true;
        }
        ImageRefusal refusal = ImageValidator.ValidateUpdate(
            x, y, width, height, stride, pixman, pixels.Length, shown.Target.Width, shown.Target.Height, out PixelBlock block);
        if (!refusal.IsNone || block.Fourcc != shown.Fourcc)
        {
            string why = refusal.IsNone ? $"the update is {DrmFourcc.NameOf(block.Fourcc)}, the scanout {DrmFourcc.NameOf(shown.Fourcc)}" : refusal.Describe();
            Refuse("Update", why);
            call.ReplyError(Failed, why);
            return true;
        }
        Draw(block, pixels);
        call.ReplyEmpty();
        return true;
    }

    private void Draw(in PixelBlock block, ReadOnlySpan<byte> pixels)
    {
        _scanoutUnseen = false;
        _updateGrace.Disarm();
        _disableGrace.Disarm();
        _view.Write(block.Target, block.Stride, pixels, ++_serial);
    }

    private bool OnDisable(ref IncomingCall call)
    {
        call.ReplyEmpty();
        // The one that follows a flip's scanout is about the buffer before; a real one finds the scanout seen.
        if (!_scanoutUnseen) _disableGrace.ArmAt(_loop.NowMicroseconds + DisableGraceMicroseconds);
        return true;
    }

    private bool OnMouseSet(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        int x = reader.ReadInt32(), y = reader.ReadInt32(), on = reader.ReadInt32();
        _view.MoveCursor(Math.Clamp(x, -ImageValidator.MaxSide, ImageValidator.MaxSide), Math.Clamp(y, -ImageValidator.MaxSide, ImageValidator.MaxSide), on != 0);
        call.ReplyEmpty();
        return true;
    }

    private bool OnCursorDefine(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        int width = reader.ReadInt32(), height = reader.ReadInt32(), hotX = reader.ReadInt32(), hotY = reader.ReadInt32();
        ReadOnlySpan<byte> pixels = reader.ReadByteArray();
        ImageRefusal refusal = ImageValidator.ValidateCursor(width, height, hotX, hotY, pixels.Length, out CursorShape shape);
        if (refusal.IsNone) _view.DefineCursor(shape.Width, shape.Height, shape.HotX, shape.HotY, pixels);
        else Refuse("CursorDefine", refusal.Describe());
        call.ReplyEmpty();
        return true;
    }

    private void Refuse(string what, string why)
    {
        if (CountRefusal()) Log.Refused(_log, _name, what, why, Refusals);
    }

    /// <summary>Whether this one is to be logged: a flood of nonsense is counted, and the first few say all there is to say.</summary>
    private bool CountRefusal()
    {
        Refusals++;
        return Refusals <= 16 || (Refusals & (Refusals - 1)) == 0;
    }

    /// <summary>Borrowed fds of one message, one for each plane.</summary>
    [InlineArray(PlaneLayouts.MaxPlanes)]
    private struct PlaneFds
    {
        private int _first;
    }
}
