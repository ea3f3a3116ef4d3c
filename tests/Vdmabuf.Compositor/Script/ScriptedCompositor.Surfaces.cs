namespace Vdmabuf.Compositor;

// Surfaces, their frames and their buffers.
public sealed partial class ScriptedCompositor
{
    private volatile Surface[] _surfaces = [];
    private volatile FrameMode _frames;
    private volatile PresentationPolicy _presentation;
    private volatile ReleasePolicy _shmRelease;
    private volatile ReleasePolicy _dmabufRelease;
    private bool _tickScheduled;
    private ulong _sequence;

    /// <summary>Live surfaces in order of creation.</summary>
    public IReadOnlyList<Surface> Surfaces => _surfaces;

    /// <summary>The committed buffer's pixels as they are now.</summary>
    public Task<PixelImage> ReadPixelsAsync(Surface surface) => InvokeAsync(() =>
        (surface.Current.Buffer ?? throw new InvalidOperationException($"{surface} shows no buffer.")).ReadPixels());

    public Task SetFrameModeAsync(FrameMode mode) => InvokeAsync(() =>
    {
        _frames = mode;
        if (mode == FrameMode.Manual)
            return;
        foreach (Surface surface in _surfaces)
            FrameCommitted(surface);
    });

    /// <summary>From now on nothing answers frame callbacks but <see cref="CompleteFrameAsync"/>.</summary>
    public Task HoldFrameCallbacksAsync() => SetFrameModeAsync(FrameMode.Manual);

    /// <summary>Shows what was committed last: answers all held callbacks and feedback of one surface, or of all.</summary>
    public Task CompleteFrameAsync(Surface? surface = null) => InvokeAsync(() => CompleteFrames(surface is null ? _surfaces : [surface], CompositorThread.Now));

    public Task SetPresentationPolicyAsync(PresentationPolicy policy) => InvokeAsync(() => { _presentation = policy; });

    /// <summary>Answers held presentation feedback only, with exactly these values.</summary>
    public Task PresentAsync(Surface surface, long nanoseconds, uint refreshNanoseconds, ulong sequence, uint flags) => InvokeAsync(() =>
    {
        foreach (PresentationFeedback feedback in surface.TakeFeedback())
            feedback.Presented(nanoseconds, refreshNanoseconds, sequence, flags);
    });

    public Task DiscardFeedbackAsync(Surface surface) => InvokeAsync(() =>
    {
        foreach (PresentationFeedback feedback in surface.TakeFeedback())
            feedback.Discard();
    });

    public Task SetReleasePolicyAsync(ReleasePolicy shm, ReleasePolicy dmabuf) => InvokeAsync(() => (_shmRelease, _dmabufRelease) = (shm, dmabuf));

    /// <summary>From now on buffers are released by script only.</summary>
    public Task DelayReleasesAsync() => SetReleasePolicyAsync(ReleasePolicy.Manual, ReleasePolicy.Manual);

    /// <summary>Committed buffers that were not released yet.</summary>
    public Task<IReadOnlyList<ClientBuffer>> BusyBuffersAsync() =>
        InvokeAsync<IReadOnlyList<ClientBuffer>>(() => AllResources<ClientBuffer>().Where(b => b.IsBusy).ToArray());

    public Task ReleaseBufferAsync(ClientBuffer buffer) => InvokeAsync(buffer.SendRelease);

    /// <summary>Releases every busy buffer that no surface shows any more, or all of them. Returns how many.</summary>
    public Task<int> ReleaseAllAsync(bool alsoShown = false) => InvokeAsync(() =>
    {
        int count = 0;
        foreach (ClientBuffer buffer in AllResources<ClientBuffer>().Where(b => b.IsBusy && (alsoShown || !IsShown(b))))
        {
            buffer.SendRelease();
            count++;
        }
        return count;
    });

    /// <summary>wp_fractional_scale_v1.preferred_scale, in 120ths. False where the client has no such object.</summary>
    public Task<bool> SetPreferredScaleAsync(Surface surface, uint scale120) => InvokeAsync(() =>
    {
        surface.FractionalScale?.Prefer(scale120);
        return surface.FractionalScale is not null;
    });

    /// <summary>wl_surface.preferred_buffer_scale. False where the client bound an older version.</summary>
    public Task<bool> SetPreferredBufferScaleAsync(Surface surface, int scale) => InvokeAsync(() => surface.Send("preferred_buffer_scale", scale));

    public Task<bool> SetPreferredBufferTransformAsync(Surface surface, uint transform) =>
        InvokeAsync(() => surface.Send("preferred_buffer_transform", transform));

    internal void SurfaceCreated(Surface surface) => _surfaces = [.. _surfaces, surface];

    internal void SurfaceGone(Surface surface)
    {
        _surfaces = _surfaces.Where(s => s != surface).ToArray();
        Seat.SurfaceGone(surface);
        _entered.Remove(surface);
    }

    internal void BufferCommitted(ClientBuffer buffer)
    {
        if (buffer.Kind == BufferKind.SinglePixel || PolicyFor(buffer) == ReleasePolicy.AtCommit)
            buffer.SendRelease();
    }

    internal void BufferReplaced(ClientBuffer buffer)
    {
        if (PolicyFor(buffer) != ReleasePolicy.Manual && !IsShown(buffer))
            buffer.SendRelease();
    }

    private ReleasePolicy PolicyFor(ClientBuffer buffer) => buffer.Kind == BufferKind.Dmabuf ? _dmabufRelease : _shmRelease;

    private bool IsShown(ClientBuffer buffer) => _surfaces.Any(s => s.Current.Buffer == buffer);

    private void FrameCommitted(Surface surface)
    {
        EnterOutput(surface);
        if (!surface.NeedsTick || !surface.IsMapped)
            return;
        switch (_frames)
        {
            case FrameMode.Immediate:
                CompleteFrames([surface], CompositorThread.Now);
                break;
            case FrameMode.Refresh when !_tickScheduled:
                _tickScheduled = true;
                long period = RefreshNanoseconds;
                _thread.At((CompositorThread.Now / period + 1) * period, Tick);
                break;
        }
    }

    private long RefreshNanoseconds => 1_000_000_000_000 / Math.Max(1, FirstOutput?.RefreshMilliHertz ?? 60_000);

    private void Tick()
    {
        _tickScheduled = false;
        if (_frames == FrameMode.Refresh)
            CompleteFrames(_surfaces.Where(s => s.IsMapped), CompositorThread.Now);
    }

    private void CompleteFrames(IEnumerable<Surface> surfaces, long nanoseconds)
    {
        _sequence++;
        foreach (Surface surface in surfaces.ToArray())
            surface.CompleteFrame(nanoseconds, (uint)RefreshNanoseconds, _sequence, _presentation == PresentationPolicy.Presented);
    }
}
