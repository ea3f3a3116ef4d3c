namespace Vdmabuf.Compositor;

/// <summary>wp_single_pixel_buffer_manager_v1.</summary>
internal sealed class SinglePixelManager(Client client, uint id, uint version)
    : Resource(client, id, "wp_single_pixel_buffer_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "create_u32_rgba_buffer")
        {
            _ = new ClientBuffer(Client, args.Uint(0), BufferKind.SinglePixel, 1, 1, Fourcc.Argb8888, 0, [], [])
            {
                Colour = (args.Uint(1), args.Uint(2), args.Uint(3), args.Uint(4)),
            };
        }
    }
}
