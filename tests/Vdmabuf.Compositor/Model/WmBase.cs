namespace Vdmabuf.Compositor;

/// <summary>xdg_wm_base.</summary>
internal sealed class WmBase(Client client, uint id, uint version) : Resource(client, id, "xdg_wm_base", version)
{
    private readonly List<XdgSurface> _surfaces = [];

    internal List<uint> PendingPings { get; } = [];

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "create_positioner":
                _ = new InertResource(Client, args.Uint(0), "xdg_positioner", Version);
                break;
            case "get_xdg_surface":
                Surface surface = args.Object<Surface>(1);
                if (surface.Role is not null and not ("xdg_toplevel" or "xdg_popup") || surface.XdgSurface is { IsDestroyed: false })
                    throw Fault("role", $"{surface} has a role ({surface.Role}) or an xdg_surface already");
                if (surface.IsMapped)
                    throw Fault("invalid_surface_state", $"{surface} has a buffer");
                _surfaces.Add(new XdgSurface(Client, args.Uint(0), Version, surface, this));
                break;
            case "pong":
                if (!PendingPings.Remove(args.Uint(0)))
                    Compositor.Violate(this, $"pong {args.Uint(0)} answers no ping");
                break;
            case "destroy":
                if (_surfaces.Count > 0)
                    throw Fault("defunct_surfaces", $"{_surfaces.Count} xdg_surface alive, the first is {_surfaces[0]}");
                break;
        }
    }

    internal void Remove(XdgSurface surface) => _surfaces.Remove(surface);
}
