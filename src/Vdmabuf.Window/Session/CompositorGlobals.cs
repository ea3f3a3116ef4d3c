using Vdmabuf.Wayland;
using Vdmabuf.Wayland.Dmabuf;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Session;

/// <summary>
/// The compositor's globals we use, each bound once at the highest version both sides know. What is optional is null
/// where it is not offered.
/// </summary>
public sealed class CompositorGlobals : IDisposable
{
    private readonly List<SeatGlobal> _seats = [];
    private readonly List<OutputInfo> _outputs = [];

    /// <summary>A seat came; it may have no capabilities yet.</summary>
    internal event Action<SeatGlobal>? SeatAdded;

    internal WlCompositor? Compositor { get; private set; }

    internal WlSubcompositor? Subcompositor { get; private set; }

    internal WlShm? Shm { get; private set; }

    internal ShmFormats ShmFormats { get; private set; } = new(null);

    internal XdgWmBase? WmBase { get; private set; }

    internal ZxdgDecorationManagerV1? Decorations { get; private set; }

    internal WpViewporter? Viewporter { get; private set; }

    internal WpFractionalScaleManagerV1? FractionalScale { get; private set; }

    internal WpPresentation? Presentation { get; private set; }

    internal WpSinglePixelBufferManagerV1? SinglePixel { get; private set; }

    internal WpCursorShapeManagerV1? CursorShapes { get; private set; }

    internal ZwpRelativePointerManagerV1? RelativePointers { get; private set; }

    internal ZwpPointerConstraintsV1? PointerConstraints { get; private set; }

    internal ZwpKeyboardShortcutsInhibitManagerV1? ShortcutInhibit { get; private set; }

    internal ZwpIdleInhibitManagerV1? IdleInhibit { get; private set; }

    internal WpContentTypeManagerV1? ContentTypes { get; private set; }

    internal XdgActivationV1? Activation { get; private set; }

    /// <summary>What the compositor says of dma-bufs; null without zwp_linux_dmabuf_v1.</summary>
    internal DmabufCapabilities? DmaBuf { get; private set; }

    /// <summary>Makes buffers of dma-bufs; there exactly where <see cref="DmaBuf"/> is.</summary>
    internal ZwpLinuxDmabufV1? DmaBufFactory { get; private set; }

    internal IReadOnlyList<SeatGlobal> Seats => _seats;

    internal IReadOnlyList<OutputInfo> Outputs => _outputs;

    /// <summary>The shortest refresh period of any output in microseconds; 60 Hz where none tells.</summary>
    internal long RefreshMicroseconds
    {
        get
        {
            long shortest = long.MaxValue;
            foreach (OutputInfo output in _outputs)
                if (output.RefreshMicroseconds > 0) shortest = Math.Min(shortest, output.RefreshMicroseconds);
            return shortest == long.MaxValue ? 16_667 : shortest;
        }
    }

    /// <summary>The interface without which there is no window, or null where all are there.</summary>
    internal string? Missing() =>
        Compositor is null ? WlCompositor.InterfaceName : Shm is null ? WlShm.InterfaceName : WmBase is null ? XdgWmBase.InterfaceName : null;

    /// <summary>Binds a global we know; false for every other.</summary>
    internal bool TryBind(WlRegistry registry, uint name, string iface, uint version)
    {
        switch (iface)
        {
            case WlCompositor.InterfaceName: Compositor ??= Bind<WlCompositor>(WlCompositor.InterfaceVersion); return true;
            case WlSubcompositor.InterfaceName: Subcompositor ??= Bind<WlSubcompositor>(WlSubcompositor.InterfaceVersion); return true;
            case WlShm.InterfaceName:
                if (Shm is not null) return true;
                Shm = Bind<WlShm>(WlShm.InterfaceVersion);
                ShmFormats = new ShmFormats(Shm);
                return true;
            case XdgWmBase.InterfaceName:
                if (WmBase is not null) return true;
                WmBase = Bind<XdgWmBase>(XdgWmBase.InterfaceVersion);
                WmBase.Ping += WmBase.Pong;
                return true;
            case ZwpLinuxDmabufV1.InterfaceName when version >= 3:
                if (DmaBufFactory is not null) return true;
                DmaBufFactory = Bind<ZwpLinuxDmabufV1>(ZwpLinuxDmabufV1.InterfaceVersion);
                DmaBuf = new DmabufCapabilities(DmaBufFactory);
                return true;
            case ZxdgDecorationManagerV1.InterfaceName: Decorations ??= Bind<ZxdgDecorationManagerV1>(ZxdgDecorationManagerV1.InterfaceVersion); return true;
            case WpViewporter.InterfaceName: Viewporter ??= Bind<WpViewporter>(WpViewporter.InterfaceVersion); return true;
            case WpFractionalScaleManagerV1.InterfaceName: FractionalScale ??= Bind<WpFractionalScaleManagerV1>(WpFractionalScaleManagerV1.InterfaceVersion); return true;
            case WpPresentation.InterfaceName: Presentation ??= Bind<WpPresentation>(WpPresentation.InterfaceVersion); return true;
            case WpSinglePixelBufferManagerV1.InterfaceName: SinglePixel ??= Bind<WpSinglePixelBufferManagerV1>(WpSinglePixelBufferManagerV1.InterfaceVersion); return true;
            case WpCursorShapeManagerV1.InterfaceName: CursorShapes ??= Bind<WpCursorShapeManagerV1>(WpCursorShapeManagerV1.InterfaceVersion); return true;
            case ZwpRelativePointerManagerV1.InterfaceName: RelativePointers ??= Bind<ZwpRelativePointerManagerV1>(ZwpRelativePointerManagerV1.InterfaceVersion); return true;
            case ZwpPointerConstraintsV1.InterfaceName: PointerConstraints ??= Bind<ZwpPointerConstraintsV1>(ZwpPointerConstraintsV1.InterfaceVersion); return true;
            case ZwpKeyboardShortcutsInhibitManagerV1.InterfaceName: ShortcutInhibit ??= Bind<ZwpKeyboardShortcutsInhibitManagerV1>(ZwpKeyboardShortcutsInhibitManagerV1.InterfaceVersion); return true;
            case ZwpIdleInhibitManagerV1.InterfaceName: IdleInhibit ??= Bind<ZwpIdleInhibitManagerV1>(ZwpIdleInhibitManagerV1.InterfaceVersion); return true;
            case WpContentTypeManagerV1.InterfaceName: ContentTypes ??= Bind<WpContentTypeManagerV1>(WpContentTypeManagerV1.InterfaceVersion); return true;
            case XdgActivationV1.InterfaceName: Activation ??= Bind<XdgActivationV1>(XdgActivationV1.InterfaceVersion); return true;
            case WlOutput.InterfaceName:
                _outputs.Add(new OutputInfo(name, Bind<WlOutput>(WlOutput.InterfaceVersion)));
                return true;
            case WlSeat.InterfaceName:
                var seat = new SeatGlobal(name, Bind<WlSeat>(WlSeat.InterfaceVersion));
                _seats.Add(seat);
                SeatAdded?.Invoke(seat);
                return true;
            default:
                return false;
        }

        T Bind<T>(uint known) where T : WaylandProxy, IWaylandInterface<T> => registry.Bind<T>(name, Math.Min(version, known));
    }

    /// <summary>A seat or an output left. Other globals do not come and go in practice, and a bound one stays valid.</summary>
    internal void Remove(uint name)
    {
        if (_seats.Find(seat => seat.Name == name) is { } seat)
        {
            _seats.Remove(seat);
            seat.Dispose();
        }
        if (_outputs.Find(output => output.Name == name) is { } output)
        {
            _outputs.Remove(output);
            output.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SeatGlobal seat in _seats) seat.Dispose();
        foreach (OutputInfo output in _outputs) output.Dispose();
        DmaBuf?.Dispose();
    }
}
