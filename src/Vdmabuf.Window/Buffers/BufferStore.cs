using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Presentation;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Core.Settings;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Buffers;

/// <summary>
/// Finds or makes the wl_buffer of each guest buffer of one window, on the highest rung that carries it. The first
/// buffer of a kind is imported with an answer (<c>create</c>): an import the compositor cannot do then costs a rung,
/// not the connection (design invariant 5).
/// </summary>
internal sealed class BufferStore : IDisposable
{
    private readonly CompositorGlobals _globals;
    private readonly ViewSettings _settings;
    private readonly VerdictCache _verdicts;
    private readonly ILogger _log;
    private readonly Action<GuestBuffer> _released;
    private readonly Dictionary<GuestBuffer, WindowBuffer> _buffers = [];
    private readonly List<WindowBuffer> _lingering = [];
    private (int, int, string, string) _told;

    /// <param name="globals">The compositor.</param>
    /// <param name="verdicts">What is known of it; shared by the windows of a connection.</param>
    /// <param name="settings">The user's wishes.</param>
    /// <param name="log">Where rungs and refusals are told.</param>
    /// <param name="released">Called when the compositor no longer reads a buffer.</param>
    internal BufferStore(CompositorGlobals globals, VerdictCache verdicts, ViewSettings settings, ILogger log, Action<GuestBuffer> released)
    {
        _globals = globals;
        _verdicts = verdicts;
        _settings = settings;
        _log = log;
        _released = released;
    }

    /// <summary>The compositor answered an import: what waited for it may be committed, or is on another rung now.</summary>
    internal event Action? Answered;

    internal int Count => _buffers.Count + _lingering.Count;

    /// <summary>The buffer as this window shows it; null where no rung carries it (told in the log once per kind of refusal).</summary>
    internal WindowBuffer? Get(GuestBuffer guest)
    {
        if (_buffers.TryGetValue(guest, out WindowBuffer? known)) return known.Rung is null ? null : known;
        var buffer = new WindowBuffer(guest, _released, OnGone);
        _buffers.Add(guest, buffer);
        Climb(buffer);
        return buffer.Rung is null ? null : buffer;
    }

    public void Dispose()
    {
        foreach (WindowBuffer buffer in _buffers.Values.ToArray()) buffer.Drop();
        foreach (WindowBuffer buffer in _lingering.ToArray()) buffer.Drop();
        _buffers.Clear();
        _lingering.Clear();
    }

    private void Climb(WindowBuffer buffer)
    {
        GuestBuffer guest = buffer.Guest;
        ImageLayout layout = guest.Layout;
        bool shm = _globals.ShmFormats.Supports(layout.Fourcc);
        ulong modifier = UsableModifier(guest);
        var kind = new ImportKind(_globals.DmaBuf?.MainDevice ?? 0, layout.Fourcc, modifier, layout.Planes[0].Stride);
        LadderChoice choice = Ladder.Choose(new LadderInput
        {
            Layout = layout,
            Memory = guest.Memory,
            SealedAgainstShrinking = guest.Memory == BufferMemory.SharedMemory
                && (MemFd.SealsOf((int)guest.PlaneFd(0).DangerousGetHandle()) ?? FileSeals.None).HasFlag(FileSeals.Shrink),
            ReadableByCpu = true,
            DmaBufProtocol = _globals.DmaBuf is not null,
            DmaBufFormatOffered = _globals.DmaBuf?.Supports(layout.Fourcc, modifier) ?? false,
            // Copying also converts, so there every packed RGB format goes.
            ShmFormatOffered = shm || (guest.Memory == BufferMemory.DmaBuf && PixelDrawing.CanConvert(layout.Fourcc)),
            DmaBufVerdict = _verdicts.Find(kind, out _),
            ForbidDmaBuf = _settings.ForbidDmaBuf,
        });
        buffer.Rung = choice.Rung;
        buffer.Reason = choice.Describe();
        bool cropped = layout.Crop != Rect.Whole(layout.Width, layout.Height);
        bool linear = layout.PlaneCount == 1 && layout.Modifier is DrmModifier.Linear or DrmModifier.Invalid;
        if (choice.Rung is null && linear && PixelDrawing.CanConvert(layout.Fourcc))
        {
            // Also a format that the compositor does not know: it is converted on the way.
            buffer.Rung = Rung.Copy;
            buffer.Reason = $"{LadderChoice.NameOf(Rung.Copy)}: {LadderChoice.Describe(choice.Obstacle(Rung.SharedMemory))}; the pixels are converted";
        }
        else if (cropped && _globals.Viewporter is null && buffer.Rung is Rung.DmaBuf or Rung.SharedMemory)
        {
            buffer.Rung = linear && PixelDrawing.CanConvert(layout.Fourcc) ? Rung.Copy : null;
            buffer.Reason = "copy: the compositor has no wp_viewporter, and only a part of the image is the screen";
        }
        switch (buffer.Rung)
        {
            case Rung.DmaBuf:
                Import(buffer, kind, modifier);
                break;
            case Rung.SharedMemory:
                buffer.ImportedAtOnce(CreateShmBuffer(guest));
                break;
            case null:
                Tell( layout.Width, layout.Height, DrmFourcc.NameOf(layout.Fourcc), buffer.Reason);
                break;
        }
    }

    /// <summary>A guest that makes one hopeless buffer after the other fills no log.</summary>
    private void Tell(int width, int height, string format, string reason)
    {
        if (_told == (width, height, format, reason)) return;
        _told = (width, height, format, reason);
        WindowLog.CannotShow(_log, width, height, format, reason);
    }

    private void Import(WindowBuffer buffer, ImportKind kind, ulong modifier)
    {
        GuestBuffer guest = buffer.Guest;
        ImageLayout layout = guest.Layout;
        ZwpLinuxBufferParamsV1 parameters = _globals.DmaBufFactory!.CreateParams();
        for (int plane = 0; plane < layout.PlaneCount; plane++)
        {
            PlaneLayout at = layout.Planes[plane];
            parameters.Add(guest.PlaneFd(plane), (uint)plane, at.Offset, at.Stride, (uint)(modifier >> 32), (uint)modifier);
        }
        if (_verdicts.Find(kind, out _) == ImportVerdict.Accepted)
        {
            buffer.ImportedAtOnce(parameters.CreateImmed(layout.Width, layout.Height, layout.Fourcc, 0));
            parameters.Dispose();
            return;
        }
        parameters.Created += proxy =>
        {
            parameters.Dispose();
            _verdicts.Accept(kind);
            buffer.ImportSucceeded(proxy);
            Answered?.Invoke();
        };
        parameters.Failed += () =>
        {
            parameters.Dispose();
            _verdicts.Refuse(kind, "zwp_linux_buffer_params_v1.failed");
            WindowLog.ImportRefused(_log, layout.Width, layout.Height, DrmFourcc.NameOf(layout.Fourcc), modifier, layout.Planes[0].Stride);
            buffer.ImportFailed();
            if (buffer.State == BufferState.Refused) Climb(buffer);
            Answered?.Invoke();
        };
        buffer.ImportStarted();
        parameters.Create(layout.Width, layout.Height, layout.Fourcc, 0);
    }

    private WlBuffer CreateShmBuffer(GuestBuffer guest)
    {
        ImageLayout layout = guest.Layout;
        PlaneLayout plane = layout.Planes[0];
        // The ladder has checked that this fits in 31 bits, and the source that the file is as long.
        ImageValidator.FitsSharedMemoryPool(layout, out int size);
        using WlShmPool pool = _globals.Shm!.CreatePool(guest.PlaneFd(0), size);
        PixelFormat.TryFind(layout.Fourcc, out PixelFormat? format);
        return pool.CreateBuffer((int)plane.Offset, layout.Width, layout.Height, (int)plane.Stride, (WlShmFormat)format!.ShmCode);
    }

    /// <summary>
    /// QEMU names no modifier for blobs, which are made by udmabuf and so are linear. Where the compositor wants to be
    /// told, it is told; where it takes "implicit", that is passed on, for a GPU's own buffers may be tiled.
    /// </summary>
    private ulong UsableModifier(GuestBuffer guest)
    {
        ulong modifier = guest.Layout.Modifier;
        if (modifier != DrmModifier.Invalid || guest.Memory != BufferMemory.DmaBuf || _globals.DmaBuf is not { } offered) return modifier;
        if (DmaBufExporter.Of(guest.PlaneFd(0)) == "udmabuf" && offered.Supports(guest.Layout.Fourcc, DrmModifier.Linear)) return DrmModifier.Linear;
        return modifier;
    }

    private void OnGone(WindowBuffer buffer)
    {
        _buffers.Remove(buffer.Guest);
        if (buffer.State == BufferState.Destroyed) _lingering.Remove(buffer);
        else if (!_lingering.Contains(buffer)) _lingering.Add(buffer);
    }
}
