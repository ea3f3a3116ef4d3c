using System.Runtime.InteropServices;

namespace Vdmabuf.Compositor;

/// <summary>xdg_toplevel.state, the part windows react to.</summary>
public enum ToplevelState : uint
{
    Maximized = 1,
    Fullscreen = 2,
    Resizing = 3,
    Activated = 4,
    TiledLeft = 5,
    TiledRight = 6,
    TiledTop = 7,
    TiledBottom = 8,
    Suspended = 9,
}

/// <summary>xdg_toplevel.</summary>
public sealed class Toplevel : Resource
{
    internal Toplevel(Client client, uint id, uint version, XdgSurface xdgSurface)
        : base(client, id, "xdg_toplevel", version) => XdgSurface = xdgSurface;

    public XdgSurface XdgSurface { get; }

    public Surface Surface => XdgSurface.Surface;

    public string? Title { get; private set; }

    public string? AppId { get; private set; }

    public (int Width, int Height) MinSize { get; private set; }

    public (int Width, int Height) MaxSize { get; private set; }

    public Toplevel? Parent { get; private set; }

    /// <summary>Size of the last configure sent.</summary>
    public (int Width, int Height) ConfiguredSize { get; private set; }

    /// <summary>States of the last configure sent.</summary>
    public IReadOnlyList<ToplevelState> States { get; private set; } = [];

    public bool WantsMinimized { get; private set; }

    /// <summary>The client's decoration object for this window, if it made one.</summary>
    public Decoration? Decoration { get; internal set; }

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "set_title":
                Title = args.Text(0);
                break;
            case "set_app_id":
                AppId = args.Text(0);
                break;
            case "set_parent":
                Parent = args.OptionalObject<Toplevel>(0);
                break;
            case "set_min_size":
                MinSize = Size(args);
                break;
            case "set_max_size":
                MaxSize = Size(args);
                break;
            case "set_minimized":
                WantsMinimized = true;
                break;
            case "set_maximized":
                Answer(ToplevelState.Maximized, true);
                break;
            case "unset_maximized":
                Answer(ToplevelState.Maximized, false);
                break;
            case "set_fullscreen":
                Answer(ToplevelState.Fullscreen, true);
                break;
            case "unset_fullscreen":
                Answer(ToplevelState.Fullscreen, false);
                break;
            case "destroy":
                if (Decoration is { IsDestroyed: false })
                    throw Decoration.Fault("orphaned", $"{this} destroyed before its {Decoration}");
                break;
        }
    }

    internal override void OnDestroyed()
    {
        Surface.LeaveRoleObject();
        Compositor.ToplevelGone(this);
    }

    internal void SendFirstConfigure()
    {
        CompositorOptions options = Compositor.Options;
        if (Compositor.FirstOutput is { } output)
            Send("configure_bounds", output.Width / output.Scale, output.Height / output.Scale);
        Send("wm_capabilities", Bytes([1u, 2u, 3u, 4u]));
        if (Decoration is { IsDestroyed: false } decoration)
            decoration.SendMode();
        SendConfigure(options.FirstConfigureSize.Width, options.FirstConfigureSize.Height, options.FirstConfigureStates);
    }

    internal uint SendConfigure(int width, int height, IReadOnlyList<ToplevelState> states)
    {
        (ConfiguredSize, States) = ((width, height), states.ToArray());
        Send("configure", width, height, Bytes(states.Select(s => (uint)s).ToArray()));
        return XdgSurface.Configure();
    }

    internal uint SendConfigure() => SendConfigure(ConfiguredSize.Width, ConfiguredSize.Height, States);

    private void Answer(ToplevelState state, bool on)
    {
        if (!Compositor.Options.AnswerStateRequests || !XdgSurface.IsConfigured)
            return;
        List<ToplevelState> states = States.Where(s => s != state).ToList();
        if (on)
            states.Add(state);
        bool fills = states.Contains(ToplevelState.Maximized) || states.Contains(ToplevelState.Fullscreen);
        (int width, int height) = fills && Compositor.FirstOutput is { } output
            ? (output.Width / output.Scale, output.Height / output.Scale)
            : Compositor.Options.FirstConfigureSize;
        SendConfigure(width, height, states);
    }

    private (int Width, int Height) Size(RequestArgs args)
    {
        if (args.Int(0) < 0 || args.Int(1) < 0)
            throw Fault("invalid_size", $"{args.Int(0)}x{args.Int(1)}");
        return (args.Int(0), args.Int(1));
    }

    private static byte[] Bytes(uint[] values) => MemoryMarshal.AsBytes<uint>(values).ToArray();
}

/// <summary>xdg_popup: placed at its parent's origin, whatever the positioner says.</summary>
public sealed class Popup : Resource
{
    private readonly XdgSurface _xdgSurface;

    internal Popup(Client client, uint id, uint version, XdgSurface xdgSurface)
        : base(client, id, "xdg_popup", version) => _xdgSurface = xdgSurface;

    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "reposition")
            return;
        Send("repositioned", args.Uint(1));
        SendConfigure(0, 0, 100, 100);
    }

    internal override void OnDestroyed() => _xdgSurface.Surface.LeaveRoleObject();

    internal void SendConfigure(int x, int y, int width, int height)
    {
        Send("configure", x, y, width, height);
        _xdgSurface.Configure();
    }
}
