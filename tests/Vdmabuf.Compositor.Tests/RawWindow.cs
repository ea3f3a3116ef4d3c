using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor.Tests;

/// <summary>The usual objects of a window, made by a raw client.</summary>
internal sealed class RawWindow
{
    public RawWindow(RawClient client)
    {
        Client = client;
        CompositorId = client.Bind("wl_compositor", 6);
        Shm = client.Bind("wl_shm", 1);
        Shell = client.Bind("xdg_wm_base", 6);
        Surface = client.Create(CompositorId, "create_surface");
        XdgSurface = client.Create(Shell, "get_xdg_surface", Surface);
        Toplevel = client.Create(XdgSurface, "get_toplevel");
        client.Send(Toplevel, "set_title", "raw");
    }

    public RawClient Client { get; }

    public uint CompositorId { get; }

    public uint Shm { get; }

    public uint Shell { get; }

    public uint Surface { get; }

    public uint XdgSurface { get; }

    public uint Toplevel { get; }

    /// <summary>Initial commit, first configure, acknowledge.</summary>
    public RawWindow Configure()
    {
        Client.Send(Surface, "commit");
        Client.ReadUntil(() => Client.EventsOf(XdgSurface, "configure").Any());
        Client.Send(XdgSurface, "ack_configure", Client.EventsOf(XdgSurface, "configure").Last().Args[0]);
        return this;
    }

    /// <summary>A buffer of one colour.</summary>
    public uint ShmBuffer(int width, int height, uint xrgb)
    {
        uint[] pixels = new uint[width * height];
        Array.Fill(pixels, xrgb);
        byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<uint>(pixels).ToArray();
        uint pool = Client.Create(Shm, "create_pool", Memfd.Create("pixels", bytes), bytes.Length);
        uint buffer = Client.Create(pool, "create_buffer", 0, width, height, width * 4, 1u);
        Client.Send(pool, "destroy");
        return buffer;
    }

    public void Show(uint buffer)
    {
        Client.Send(Surface, "attach", buffer, 0, 0);
        Client.Send(Surface, "damage_buffer", 0, 0, int.MaxValue, int.MaxValue);
        Client.Send(Surface, "commit");
    }
}
