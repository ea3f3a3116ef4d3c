using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Dmabuf;

/// <summary>
/// What the compositor can import, whatever version of linux-dmabuf it speaks: feedback from version 4 on, a list of
/// formats and modifiers in version 3, formats alone before.
/// </summary>
public sealed class DmabufCapabilities : IDisposable
{
    /// <summary>A compositor that lists more than this before version 4 is not believed any further.</summary>
    private const int ListLimit = 1 << 16;

    private readonly ZwpLinuxDmabufV1 _dmabuf;
    private readonly DmabufFeedback? _feedback;
    private readonly HashSet<DmabufFormat> _listed = [];
    private readonly List<DmabufFormat> _order = [];
    private readonly WlCallback? _listEnd;
    private DmabufTranche[] _listedTranches = [];
    private bool _listComplete;

    /// <summary>
    /// Learns from <paramref name="dmabuf"/>, which stays the caller's. Create it right after binding, before events
    /// are dispatched.
    /// </summary>
    public DmabufCapabilities(ZwpLinuxDmabufV1 dmabuf)
    {
        ArgumentNullException.ThrowIfNull(dmabuf);
        _dmabuf = dmabuf;
        if (dmabuf.Version >= 4)
        {
            _feedback = new DmabufFeedback(dmabuf.GetDefaultFeedback());
            _feedback.Changed += OnFeedbackChanged;
            _feedback.Rejected += OnFeedbackRejected;
            return;
        }

        // The list is sent once, right after the bind: a callback asked for now comes after its last entry.
        dmabuf.Format += OnFormat;
        dmabuf.Modifier += OnModifier;
        _listEnd = dmabuf.Display.Sync();
        _listEnd.Done += OnListEnd;
    }

    /// <summary>The answers below are known, or have changed.</summary>
    public event Action? Changed;

    /// <summary>The compositor's feedback made no sense and was ignored.</summary>
    public event Action<DmabufFeedbackException>? Rejected;

    /// <summary>Whether the answers below are known.</summary>
    public bool IsReady => _feedback?.IsReady ?? _listComplete;

    /// <summary>The dev_t of the compositor's device; null before version 4.</summary>
    public ulong? MainDevice => _feedback?.MainDevice;

    /// <summary>The tranches, the preferred one first; a single one without a device before version 4.</summary>
    public IReadOnlyList<DmabufTranche> Tranches => _feedback?.Tranches ?? _listedTranches;

    /// <summary>
    /// Whether buffers of the format and modifier can be tried. A compositor that knows formats only has them with
    /// <see cref="DmabufFormat.ImplicitModifier"/>.
    /// </summary>
    public bool Supports(uint fourcc, ulong modifier) =>
        _feedback?.Supports(fourcc, modifier) ?? _listed.Contains(new DmabufFormat(fourcc, modifier));

    /// <summary>Feedback for one surface, owned by the caller; null before version 4.</summary>
    public DmabufFeedback? SurfaceFeedback(WlSurface surface) =>
        _dmabuf.Version >= 4 ? new DmabufFeedback(_dmabuf.GetSurfaceFeedback(surface)) : null;

    /// <summary>Stops listening. The dmabuf object itself stays.</summary>
    public void Dispose()
    {
        _feedback?.Dispose();
        _listEnd?.Dispose();
        _dmabuf.Format -= OnFormat;
        _dmabuf.Modifier -= OnModifier;
    }

    private void OnFeedbackChanged() => Changed?.Invoke();

    private void OnFeedbackRejected(DmabufFeedbackException error) => Rejected?.Invoke(error);

    private void OnFormat(uint fourcc)
    {
        // From version 3 on every format comes with its modifiers too, and the bare event says nothing more.
        if (_dmabuf.Version < 3) Add(new DmabufFormat(fourcc, DmabufFormat.ImplicitModifier));
    }

    private void OnModifier(uint fourcc, uint high, uint low) => Add(new DmabufFormat(fourcc, ((ulong)high << 32) | low));

    private void Add(DmabufFormat format)
    {
        if (_order.Count < ListLimit && _listed.Add(format)) _order.Add(format);
    }

    private void OnListEnd(uint serial)
    {
        _listComplete = true;
        _listedTranches = [new DmabufTranche(null, 0, [.. _order])];
        Changed?.Invoke();
    }
}
