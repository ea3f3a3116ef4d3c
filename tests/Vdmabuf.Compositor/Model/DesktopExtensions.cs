namespace Vdmabuf.Compositor;

/// <summary>zwp_keyboard_shortcuts_inhibit_manager_v1.</summary>
internal sealed class ShortcutsInhibitManager(Client client, uint id, uint version)
    : Resource(client, id, "zwp_keyboard_shortcuts_inhibit_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "inhibit_shortcuts")
            return;
        Surface surface = args.Object<Surface>(1);
        if (Client.All<ShortcutsInhibitor>().Any(i => i.Surface == surface))
            throw Fault("already_inhibited", $"{surface}");
        var inhibitor = new ShortcutsInhibitor(Client, args.Uint(0), Version, surface);
        if (Compositor.Options.ActivateShortcutInhibitors)
            inhibitor.SetActive(true);
    }
}

/// <summary>zwp_keyboard_shortcuts_inhibitor_v1.</summary>
public sealed class ShortcutsInhibitor : Resource
{
    internal ShortcutsInhibitor(Client client, uint id, uint version, Surface surface)
        : base(client, id, "zwp_keyboard_shortcuts_inhibitor_v1", version) => Surface = surface;

    public Surface Surface { get; }

    public bool IsActive { get; private set; }

    internal override void Handle(string request, RequestArgs args)
    {
    }

    internal void SetActive(bool active)
    {
        IsActive = active;
        Send(active ? "active" : "inactive");
    }
}

/// <summary>xdg_activation_v1.</summary>
internal sealed class ActivationGlobal(Client client, uint id, uint version) : Resource(client, id, "xdg_activation_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "get_activation_token")
            _ = new ActivationToken(Client, args.Uint(0), Version);
        else if (request == "activate")
            Compositor.Activated(args.Text(0), args.Object<Surface>(1));
    }
}

/// <summary>xdg_activation_token_v1.</summary>
internal sealed class ActivationToken(Client client, uint id, uint version) : Resource(client, id, "xdg_activation_token_v1", version)
{
    private bool _used;

    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "destroy")
            return;
        if (_used)
            throw Fault("already_used", request);
        if (request != "commit")
            return;
        _used = true;
        Send("done", $"token-{Compositor.NextSerial()}");
    }
}

/// <summary>zwp_idle_inhibit_manager_v1.</summary>
internal sealed class IdleInhibitManager(Client client, uint id, uint version) : Resource(client, id, "zwp_idle_inhibit_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "create_inhibitor")
            _ = new IdleInhibitor(Client, args.Uint(0), Version, args.Object<Surface>(1));
    }
}

/// <summary>zwp_idle_inhibitor_v1.</summary>
internal sealed class IdleInhibitor : Resource
{
    private readonly Surface _surface;

    internal IdleInhibitor(Client client, uint id, uint version, Surface surface)
        : base(client, id, "zwp_idle_inhibitor_v1", version)
    {
        _surface = surface;
        surface.IsIdleInhibited = true;
    }

    internal override void Handle(string request, RequestArgs args)
    {
    }

    internal override void OnDestroyed() =>
        _surface.IsIdleInhibited = Client.All<IdleInhibitor>().Any(i => i != this && i._surface == _surface);
}

/// <summary>wp_content_type_manager_v1.</summary>
internal sealed class ContentTypeManager(Client client, uint id, uint version) : Resource(client, id, "wp_content_type_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "get_surface_content_type")
            return;
        Surface surface = args.Object<Surface>(1);
        if (surface.HasContentType)
            throw Fault("already_constructed", $"{surface}");
        _ = new ContentType(Client, args.Uint(0), Version, surface);
    }
}

/// <summary>wp_content_type_v1.</summary>
internal sealed class ContentType : Resource
{
    private readonly Surface _surface;

    internal ContentType(Client client, uint id, uint version, Surface surface)
        : base(client, id, "wp_content_type_v1", version)
    {
        _surface = surface;
        surface.HasContentType = true;
    }

    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "set_content_type")
        {
            uint type = args.Uint(0);
            _surface.Update(s => s with { ContentType = type });
        }
    }

    internal override void OnDestroyed()
    {
        _surface.HasContentType = false;
        _surface.Update(s => s with { ContentType = 0 });
    }
}
