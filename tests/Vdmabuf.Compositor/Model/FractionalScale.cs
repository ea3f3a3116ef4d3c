namespace Vdmabuf.Compositor;

/// <summary>wp_fractional_scale_manager_v1.</summary>
internal sealed class FractionalScaleManager(Client client, uint id, uint version)
    : Resource(client, id, "wp_fractional_scale_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "get_fractional_scale")
            return;
        Surface surface = args.Object<Surface>(1);
        if (surface.FractionalScale is { IsDestroyed: false })
            throw Fault("fractional_scale_exists", $"{surface} has {surface.FractionalScale}");
        surface.FractionalScale = new FractionalScale(Client, args.Uint(0), Version, surface);
        surface.FractionalScale.Prefer(Compositor.Options.FractionalScale120);
    }
}

/// <summary>wp_fractional_scale_v1.</summary>
internal sealed class FractionalScale(Client client, uint id, uint version, Surface surface)
    : Resource(client, id, "wp_fractional_scale_v1", version)
{
    /// <summary>Scale in 120ths.</summary>
    internal void Prefer(uint scale120) => Send("preferred_scale", scale120);

    internal override void Handle(string request, RequestArgs args)
    {
    }

    internal override void OnDestroyed()
    {
        if (surface.FractionalScale == this)
            surface.FractionalScale = null;
    }
}
