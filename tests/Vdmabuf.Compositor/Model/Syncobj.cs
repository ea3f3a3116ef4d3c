using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>wp_linux_drm_syncobj_manager_v1. Points are recorded; signalling them needs a DRM device and is the script's work.</summary>
internal sealed class SyncobjManager(Client client, uint id, uint version) : Resource(client, id, "wp_linux_drm_syncobj_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "get_surface":
                Surface surface = args.Object<Surface>(1);
                if (surface.Syncobj is { IsDestroyed: false })
                    throw Fault("surface_exists", $"{surface} has {surface.Syncobj}");
                surface.Syncobj = new SyncobjSurface(Client, args.Uint(0), Version, surface);
                break;
            case "import_timeline":
                _ = new SyncobjTimeline(Client, args.Uint(0), Version, args.FdIdentity(1));
                break;
        }
    }
}

/// <summary>wp_linux_drm_syncobj_timeline_v1.</summary>
public sealed class SyncobjTimeline : Resource
{
    internal SyncobjTimeline(Client client, uint id, uint version, ReceivedFd file)
        : base(client, id, "wp_linux_drm_syncobj_timeline_v1", version) => File = file;

    public ReceivedFd File { get; }

    internal override void Handle(string request, RequestArgs args)
    {
    }
}

/// <summary>wp_linux_drm_syncobj_surface_v1.</summary>
internal sealed class SyncobjSurface(Client client, uint id, uint version, Surface surface)
    : Resource(client, id, "wp_linux_drm_syncobj_surface_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request is not ("set_acquire_point" or "set_release_point"))
            return;
        if (surface.IsDestroyed)
            throw Fault("no_surface", $"{request} after {surface} was destroyed");
        var point = new TimelinePoint(args.Object<SyncobjTimeline>(0), (ulong)args.Uint(1) << 32 | args.Uint(2));
        if (request == "set_acquire_point")
            surface.Update(s => s with { AcquirePoint = point });
        else
            surface.Update(s => s with { ReleasePoint = point });
    }

    internal override void OnDestroyed()
    {
        surface.Update(s => s with { AcquirePoint = null, ReleasePoint = null });
        if (surface.Syncobj == this)
            surface.Syncobj = null;
    }

    internal void BeforeCommit(ClientBuffer? buffer, SurfaceState pending)
    {
        (TimelinePoint? acquire, TimelinePoint? release) = (pending.AcquirePoint, pending.ReleasePoint);
        if (buffer is null)
        {
            if (acquire is not null || release is not null)
                throw Fault("no_buffer", "commit with a point and no buffer");
            return;
        }
        if (buffer.Kind != BufferKind.Dmabuf)
            throw Fault("unsupported_buffer", $"{buffer} is of kind {buffer.Kind}");
        if (acquire is null)
            throw Fault("no_acquire_point", $"commit of {buffer}");
        if (release is null)
            throw Fault("no_release_point", $"commit of {buffer}");
        if (acquire.Timeline == release.Timeline && acquire.Point >= release.Point)
            throw Fault("conflicting_points", $"acquire {acquire.Point}, release {release.Point}");
    }
}
