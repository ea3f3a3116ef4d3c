using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Session;

/// <summary>A monitor: what sizes in millimetres and refresh periods are computed from.</summary>
internal sealed class OutputInfo : IDisposable
{
    private readonly WlOutput _output;

    internal OutputInfo(uint name, WlOutput output)
    {
        Name = name;
        _output = output;
        output.Geometry += (_, _, widthMillimetres, heightMillimetres, _, _, _, transform) =>
        {
            // Sizes come as the panel is built; turned by 90 or 270 degrees they change places.
            bool turned = ((int)transform & 1) != 0;
            (WidthMillimetres, HeightMillimetres) = turned ? (heightMillimetres, widthMillimetres) : (widthMillimetres, heightMillimetres);
            IsTurned = turned;
        };
        output.Mode += (flags, width, height, refresh) =>
        {
            if ((flags & WlOutputMode.Current) == 0) return;
            (Width, Height) = IsTurned ? (height, width) : (width, height);
            RefreshMicroseconds = refresh > 0 ? 1_000_000_000L / refresh : 0;
        };
        output.Scale += factor => Scale = Math.Max(1, factor);
    }

    internal uint Name { get; }

    internal WlOutput Proxy => _output;

    internal int Width { get; private set; }

    internal int Height { get; private set; }

    internal int WidthMillimetres { get; private set; }

    internal int HeightMillimetres { get; private set; }

    internal int Scale { get; private set; } = 1;

    /// <summary>0 where the output does not tell.</summary>
    internal long RefreshMicroseconds { get; private set; }

    private bool IsTurned { get; set; }

    public void Dispose() => _output.Dispose();
}

/// <summary>A seat and the number it was announced under.</summary>
internal sealed class SeatGlobal : IDisposable
{
    internal SeatGlobal(uint name, WlSeat seat)
    {
        Name = name;
        Proxy = seat;
        // Kept, for they are told once, and windows are made later than that.
        seat.Capabilities += capabilities =>
        {
            Capabilities = capabilities;
            CapabilitiesChanged?.Invoke();
        };
    }

    internal event Action? CapabilitiesChanged;

    internal event Action? Removed;

    internal uint Name { get; }

    internal WlSeat Proxy { get; }

    internal WlSeatCapability Capabilities { get; private set; }

    public void Dispose()
    {
        Removed?.Invoke();
        Proxy.Dispose();
    }
}
