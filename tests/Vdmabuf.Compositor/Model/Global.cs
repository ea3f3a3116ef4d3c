namespace Vdmabuf.Compositor;

/// <summary>A global in the registry. <see cref="Output"/> is set for wl_output only.</summary>
public sealed class Global
{
    internal Global(uint name, string interfaceName, uint version, OutputState? output)
    {
        Name = name;
        Interface = interfaceName;
        Version = version;
        OutputNow = output;
    }

    public uint Name { get; }

    public string Interface { get; }

    public uint Version { get; }

    public OutputState? Output => OutputNow;

    internal OutputState? OutputNow { get; set; }

    /// <summary>True after global_remove; a late bind is still answered, as the protocol asks.</summary>
    public bool IsWithdrawn { get; internal set; }
}

/// <summary>Makes the resource behind a bound global.</summary>
internal static class GlobalFactory
{
    public static void Bind(Client client, Global global, uint id, uint version)
    {
        switch (global.Interface)
        {
            case "wl_compositor":
                _ = new CompositorGlobal(client, id, version);
                break;
            case "wl_subcompositor":
                _ = new SubcompositorGlobal(client, id, version);
                break;
            case "wl_shm":
                new ShmGlobal(client, id, version).Announce();
                break;
            case "wl_seat":
                new SeatResource(client, id, version).Announce();
                break;
            case "wl_output":
                new OutputResource(client, id, version, global.Output!).Announce();
                break;
            case "xdg_wm_base":
                _ = new WmBase(client, id, version);
                break;
            case "zwp_linux_dmabuf_v1":
                new DmabufGlobal(client, id, version).Announce();
                break;
            case "wp_viewporter":
                _ = new Viewporter(client, id, version);
                break;
            case "wp_fractional_scale_manager_v1":
                _ = new FractionalScaleManager(client, id, version);
                break;
            case "wp_presentation":
                new PresentationGlobal(client, id, version).Announce();
                break;
            case "zxdg_decoration_manager_v1":
                _ = new DecorationManager(client, id, version);
                break;
            case "wp_linux_drm_syncobj_manager_v1":
                _ = new SyncobjManager(client, id, version);
                break;
            case "wp_single_pixel_buffer_manager_v1":
                _ = new SinglePixelManager(client, id, version);
                break;
            case "zwp_relative_pointer_manager_v1":
                _ = new RelativePointerManager(client, id, version);
                break;
            case "zwp_pointer_constraints_v1":
                _ = new PointerConstraints(client, id, version);
                break;
            case "zwp_keyboard_shortcuts_inhibit_manager_v1":
                _ = new ShortcutsInhibitManager(client, id, version);
                break;
            case "wp_cursor_shape_manager_v1":
                _ = new CursorShapeManager(client, id, version);
                break;
            case "xdg_activation_v1":
                _ = new ActivationGlobal(client, id, version);
                break;
            case "zwp_idle_inhibit_manager_v1":
                _ = new IdleInhibitManager(client, id, version);
                break;
            case "wp_content_type_manager_v1":
                _ = new ContentTypeManager(client, id, version);
                break;
            default:
                _ = new InertResource(client, id, global.Interface, version);
                break;
        }
    }
}
