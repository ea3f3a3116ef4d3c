namespace Vdmabuf.Compositor;

/// <summary>When frame callbacks and presentation feedback are answered.</summary>
public enum FrameMode
{
    /// <summary>At the next tick of the simulated refresh of the first output.</summary>
    Refresh,

    /// <summary>While the commit is handled.</summary>
    Immediate,

    /// <summary>Only by <see cref="ScriptedCompositor.CompleteFrameAsync"/>.</summary>
    Manual,
}

/// <summary>When wl_buffer.release is sent.</summary>
public enum ReleasePolicy
{
    /// <summary>While the commit is handled, as a compositor does that uploads the pixels.</summary>
    AtCommit,

    /// <summary>When another buffer (or none) takes its place; attaching it again releases nothing.</summary>
    AtReplacement,

    /// <summary>Only by script.</summary>
    Manual,
}

/// <summary>How feedback is answered at a tick.</summary>
public enum PresentationPolicy
{
    Presented,
    Discarded,
}

/// <summary>wl_seat.capability.</summary>
[Flags]
public enum SeatCapabilities : uint
{
    None = 0,
    Pointer = 1,
    Keyboard = 2,
    Touch = 4,
}

/// <summary>What a compositor is like at its start; most of it can be changed later by script.</summary>
public sealed record CompositorOptions
{
    /// <summary>
    /// The usual desktop. wp_linux_drm_syncobj_manager_v1 is left out: it needs a device. Versions above those of the
    /// protocol files are lowered to them.
    /// </summary>
    public static IReadOnlyDictionary<string, uint> DefaultGlobals { get; } = new Dictionary<string, uint>
    {
        ["wl_compositor"] = 6,
        ["wl_subcompositor"] = 1,
        ["wl_shm"] = 1,
        ["wl_seat"] = 8,
        ["wl_output"] = 4,
        ["xdg_wm_base"] = 6,
        ["zwp_linux_dmabuf_v1"] = 5,
        ["wp_viewporter"] = 1,
        ["wp_fractional_scale_manager_v1"] = 1,
        ["wp_presentation"] = 1,
        ["zxdg_decoration_manager_v1"] = 1,
        ["wp_single_pixel_buffer_manager_v1"] = 1,
        ["zwp_relative_pointer_manager_v1"] = 1,
        ["zwp_pointer_constraints_v1"] = 1,
        ["zwp_keyboard_shortcuts_inhibit_manager_v1"] = 1,
        ["wp_cursor_shape_manager_v1"] = 1,
        ["xdg_activation_v1"] = 1,
        ["zwp_idle_inhibit_manager_v1"] = 1,
        ["wp_content_type_manager_v1"] = 1,
    };

    /// <summary>Folder of protocol files; null finds the repository's own.</summary>
    public string? ProtocolFolder { get; init; }

    /// <summary>Interface to version. Any interface of the protocol files may be named; one without a model is inert.</summary>
    public IReadOnlyDictionary<string, uint> Globals { get; init; } = DefaultGlobals;

    /// <summary>One wl_output global each, if wl_output is among the globals.</summary>
    public IReadOnlyList<OutputState> Outputs { get; init; } = [new OutputState()];

    /// <summary>DRM fourccs offered by wl_shm.</summary>
    public IReadOnlyList<uint> ShmFormats { get; init; } = [Fourcc.Argb8888, Fourcc.Xrgb8888, Fourcc.Xbgr8888, Fourcc.Abgr8888, Fourcc.Rgb565];

    public DmabufFeedback Dmabuf { get; init; } = DmabufFeedback.Default;

    /// <summary>Answers "failed" (a fatal error for create_immed) to formats that were not offered.</summary>
    public bool RefuseUnofferedFormats { get; init; } = true;

    public FrameMode Frames { get; init; } = FrameMode.Refresh;

    public PresentationPolicy Presentation { get; init; } = PresentationPolicy.Presented;

    public ReleasePolicy ShmRelease { get; init; } = ReleasePolicy.AtCommit;

    public ReleasePolicy DmabufRelease { get; init; } = ReleasePolicy.AtReplacement;

    /// <summary>Answers the initial commit of a toplevel or popup with a configure.</summary>
    public bool AutomaticFirstConfigure { get; init; } = true;

    /// <summary>0x0 leaves the size to the client.</summary>
    public (int Width, int Height) FirstConfigureSize { get; init; }

    public IReadOnlyList<ToplevelState> FirstConfigureStates { get; init; } = [ToplevelState.Activated];

    /// <summary>Answers set_maximized, set_fullscreen and their opposites with a configure.</summary>
    public bool AnswerStateRequests { get; init; } = true;

    public DecorationMode Decoration { get; init; } = DecorationMode.AsAsked;

    /// <summary>wp_fractional_scale_v1.preferred_scale in 120ths.</summary>
    public uint FractionalScale120 { get; init; } = 120;

    public bool ActivateConstraints { get; init; } = true;

    public bool ActivateShortcutInhibitors { get; init; } = true;

    public SeatCapabilities SeatCapabilities { get; init; } = SeatCapabilities.Pointer | SeatCapabilities.Keyboard;

    /// <summary>Keys a second that clients repeat; 0 (the default, so that counts of keys are exact) asks for none.</summary>
    public int KeyRepeatRate { get; init; }

    public int KeyRepeatDelayMilliseconds { get; init; } = 600;

    /// <summary>xkb text; null uses <see cref="TestKeymap.Text"/>.</summary>
    public string? Keymap { get; init; }

    /// <summary>Requests kept; the oldest go first. 0 keeps none, so memory stays flat however long a test runs.</summary>
    public int RecordLimit { get; init; } = 65536;

    /// <summary>Bound of every wait that names no other.</summary>
    public TimeSpan DefaultTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The default globals with some changed; version 0 removes one.</summary>
    public CompositorOptions With(params (string Interface, uint Version)[] globals)
    {
        var merged = new Dictionary<string, uint>(Globals);
        foreach ((string name, uint version) in globals)
        {
            if (version == 0)
                merged.Remove(name);
            else
                merged[name] = version;
        }
        return this with { Globals = merged };
    }
}
