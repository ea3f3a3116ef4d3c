namespace Vdmabuf.Compositor;

/// <summary>wp_viewporter.</summary>
internal sealed class Viewporter(Client client, uint id, uint version) : Resource(client, id, "wp_viewporter", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "get_viewport")
            return;
        Surface surface = args.Object<Surface>(1);
        if (surface.Viewport is { IsDestroyed: false })
            throw Fault("viewport_exists", $"{surface} has {surface.Viewport}");
        surface.Viewport = new Viewport(Client, args.Uint(0), Version, surface);
    }
}

/// <summary>wp_viewport.</summary>
internal sealed class Viewport(Client client, uint id, uint version, Surface surface) : Resource(client, id, "wp_viewport", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request is "set_source" or "set_destination" && surface.IsDestroyed)
            throw Fault("no_surface", $"{request} after {surface} was destroyed");
        switch (request)
        {
            case "set_source":
                var source = new SourceRect(args.Fixed(0), args.Fixed(1), args.Fixed(2), args.Fixed(3));
                if (source == new SourceRect(-1, -1, -1, -1))
                    surface.Update(s => s with { ViewportSource = null });
                else if (source.X < 0 || source.Y < 0 || source.Width <= 0 || source.Height <= 0)
                    throw Fault("bad_value", $"source {source}");
                else
                    surface.Update(s => s with { ViewportSource = source });
                break;
            case "set_destination":
                (int width, int height) = (args.Int(0), args.Int(1));
                if ((width, height) == (-1, -1))
                    surface.Update(s => s with { ViewportDestination = null });
                else if (width <= 0 || height <= 0)
                    throw Fault("bad_value", $"destination {width}x{height}");
                else
                    surface.Update(s => s with { ViewportDestination = (width, height) });
                break;
        }
    }

    internal override void OnDestroyed()
    {
        if (surface.Viewport == this)
            surface.Viewport = null;
        surface.Update(s => s with { ViewportSource = null, ViewportDestination = null });
    }
}
