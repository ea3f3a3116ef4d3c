namespace Vdmabuf.Compositor;

/// <summary>wl_compositor.</summary>
internal sealed class CompositorGlobal(Client client, uint id, uint version) : Resource(client, id, "wl_compositor", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "create_surface":
                Compositor.SurfaceCreated(new Surface(Client, args.Uint(0), Version));
                break;
            case "create_region":
                _ = new Region(Client, args.Uint(0));
                break;
        }
    }
}

/// <summary>One step of building a region.</summary>
public sealed record RegionOperation(bool Add, PixelRect Rect);

/// <summary>wl_region.</summary>
internal sealed class Region(Client client, uint id) : Resource(client, id, "wl_region", 1)
{
    private readonly List<RegionOperation> _operations = [];

    internal IReadOnlyList<RegionOperation> Operations => _operations.ToArray();

    internal override void Handle(string request, RequestArgs args)
    {
        if (request is "add" or "subtract")
            _operations.Add(new RegionOperation(request == "add", new PixelRect(args.Int(0), args.Int(1), args.Int(2), args.Int(3))));
    }
}

/// <summary>wl_subcompositor.</summary>
internal sealed class SubcompositorGlobal(Client client, uint id, uint version) : Resource(client, id, "wl_subcompositor", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "get_subsurface")
            return;
        Surface surface = args.Object<Surface>(1);
        Surface parent = args.Object<Surface>(2);
        if (surface == parent)
            throw Fault("bad_surface", $"{surface} as its own parent");
        var subsurface = new Subsurface(Client, args.Uint(0), Version, surface, parent);
        surface.TakeRole("wl_subsurface", subsurface, m => Fault("bad_surface", m));
        parent.Children.Add(subsurface);
    }
}

/// <summary>wl_subsurface.</summary>
public sealed class Subsurface : Resource
{
    private (int X, int Y) _pendingPosition;
    private bool _synchronized = true;

    internal Subsurface(Client client, uint id, uint version, Surface surface, Surface parent)
        : base(client, id, "wl_subsurface", version)
    {
        Surface = surface;
        Parent = parent;
    }

    public Surface Surface { get; }

    public Surface Parent { get; }

    /// <summary>Position in the parent, in effect since the parent's last commit.</summary>
    public (int X, int Y) Position { get; private set; }

    /// <summary>True where commits wait for the parent: own mode, or that of an ancestor.</summary>
    public bool IsSynchronized => _synchronized || Parent.RoleObject is Subsurface { IsSynchronized: true };

    internal bool HasCachedCommit { get; set; }

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "set_position":
                _pendingPosition = (args.Int(0), args.Int(1));
                break;
            case "place_above" or "place_below":
                Surface sibling = args.Object<Surface>(0);
                if (sibling != Parent && !Parent.Children.Any(c => c.Surface == sibling && sibling != Surface))
                    throw Fault("bad_surface", $"{request} {sibling}, which is no sibling and not the parent");
                break;
            case "set_sync":
                _synchronized = true;
                break;
            case "set_desync":
                _synchronized = false;
                if (HasCachedCommit && !IsSynchronized)
                    ApplyCached();
                break;
        }
    }

    internal override void OnDestroyed()
    {
        Parent.Children.Remove(this);
        Surface.LeaveRoleObject();
    }

    internal void ParentApplied()
    {
        Position = _pendingPosition;
        if (HasCachedCommit)
            ApplyCached();
    }

    private void ApplyCached()
    {
        HasCachedCommit = false;
        Surface.Apply();
    }
}
