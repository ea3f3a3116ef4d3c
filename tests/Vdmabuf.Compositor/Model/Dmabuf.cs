namespace Vdmabuf.Compositor;

/// <summary>zwp_linux_dmabuf_v1.</summary>
internal sealed class DmabufGlobal(Client client, uint id, uint version) : Resource(client, id, "zwp_linux_dmabuf_v1", version)
{
    internal void Announce()
    {
        if (Version >= 4)
            return;
        IEnumerable<DmabufFormat> formats = Compositor.DmabufFeedback.AllFormats;
        foreach (uint format in formats.Select(f => f.Format).Distinct())
            Send("format", format);
        foreach (DmabufFormat format in formats)
            Send("modifier", format.Format, (uint)(format.Modifier >> 32), (uint)format.Modifier);
    }

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "create_params":
                _ = new DmabufParams(Client, args.Uint(0), Version);
                break;
            case "get_default_feedback":
                new DmabufFeedbackResource(Client, args.Uint(0), Version, null).Publish(Compositor.DmabufFeedback);
                break;
            case "get_surface_feedback":
                new DmabufFeedbackResource(Client, args.Uint(0), Version, args.Object<Surface>(1)).Publish(Compositor.DmabufFeedback);
                break;
        }
    }
}
