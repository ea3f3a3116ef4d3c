namespace Vdmabuf.Compositor;

/// <summary>Who draws the title bar.</summary>
public enum DecorationMode : uint
{
    /// <summary>As the client asks; server side where it asks for nothing.</summary>
    AsAsked = 0,
    ClientSide = 1,
    ServerSide = 2,
}

/// <summary>zxdg_decoration_manager_v1.</summary>
internal sealed class DecorationManager(Client client, uint id, uint version) : Resource(client, id, "zxdg_decoration_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "get_toplevel_decoration")
            return;
        Toplevel toplevel = args.Object<Toplevel>(1);
        if (toplevel.Decoration is { IsDestroyed: false })
            throw toplevel.Decoration.Fault("already_constructed", $"{toplevel} has {toplevel.Decoration}");
        var decoration = new Decoration(Client, args.Uint(0), Version, toplevel);
        if (toplevel.Surface.IsMapped)
            throw decoration.Fault("unconfigured_buffer", $"{toplevel} has a buffer already");
        toplevel.Decoration = decoration;
    }
}

/// <summary>zxdg_toplevel_decoration_v1.</summary>
public sealed class Decoration : Resource
{
    private readonly Toplevel _toplevel;

    internal Decoration(Client client, uint id, uint version, Toplevel toplevel)
        : base(client, id, "zxdg_toplevel_decoration_v1", version) => _toplevel = toplevel;

    /// <summary>Null where the client has no preference.</summary>
    public DecorationMode? Wanted { get; private set; }

    /// <summary>The mode last sent.</summary>
    public DecorationMode? Configured { get; private set; }

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "set_mode":
                Wanted = (DecorationMode)args.Uint(0);
                if (Wanted is not (DecorationMode.ClientSide or DecorationMode.ServerSide))
                    Compositor.Violate(this, $"set_mode {args.Uint(0)}");
                break;
            case "unset_mode":
                Wanted = null;
                break;
        }
        if (request != "destroy" && _toplevel.XdgSurface.IsConfigured)
        {
            SendMode();
            _toplevel.SendConfigure();
        }
    }

    internal void SendMode() => SendMode(Compositor.DecorationPolicy);

    internal void SendMode(DecorationMode mode)
    {
        Configured = mode == DecorationMode.AsAsked ? Wanted ?? DecorationMode.ServerSide : mode;
        Send("configure", (uint)Configured.Value);
    }
}
