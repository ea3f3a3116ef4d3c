using Vdmabuf.Core.Placement;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Session;

/// <summary>
/// The scale of one window: fractional where the compositor tells it so, else a whole number - and without a
/// viewport to place pixels with, always one.
/// </summary>
internal sealed class WindowScale : IDisposable
{
    private readonly CompositorGlobals _globals;
    private readonly WpFractionalScaleV1? _fractional;
    private readonly List<OutputInfo> _on = [];

    internal WindowScale(CompositorGlobals globals, WlSurface surface)
    {
        _globals = globals;
        surface.Enter += OnEnter;
        surface.Leave += OnLeave;
        if (globals.Viewporter is null) return;
        _fractional = globals.FractionalScale?.GetFractionalScale(surface);
        if (_fractional is not null) _fractional.PreferredScale += scale => Set((int)Math.Clamp(scale, 1, 120 * 16));
        else surface.PreferredBufferScale += factor => Set(Math.Clamp(factor, 1, 16) * FractionalScale.Denominator);
    }

    /// <summary>The scale or the output changed.</summary>
    internal event Action? Changed;

    internal FractionalScale Current { get; private set; } = FractionalScale.One;

    /// <summary>The output the window is on (the first it entered, else the only one there is); zeros where unknown.</summary>
    internal OutputSize Output
    {
        get
        {
            _on.RemoveAll(gone => !_globals.Outputs.Contains(gone));
            OutputInfo? output = _on.Count > 0 ? _on[0] : _globals.Outputs.Count == 1 ? _globals.Outputs[0] : null;
            return output is null ? default : new OutputSize(output.Width, output.Height, output.WidthMillimetres, output.HeightMillimetres);
        }
    }

    public void Dispose() => _fractional?.Dispose();

    private void OnEnter(WlOutput? proxy)
    {
        foreach (OutputInfo output in _globals.Outputs)
        {
            if (output.Proxy != proxy || _on.Contains(output)) continue;
            _on.Add(output);
            UseOutputScale();
        }
    }

    private void OnLeave(WlOutput? proxy)
    {
        _on.RemoveAll(output => output.Proxy == proxy);
        UseOutputScale();
    }

    /// <summary>Compositors older than wl_surface 6 tell the scale by the outputs alone.</summary>
    private void UseOutputScale()
    {
        if (_fractional is not null || _globals.Viewporter is null || _globals.Compositor!.Version >= 6) return;
        int highest = 1;
        foreach (OutputInfo output in _on) highest = Math.Max(highest, output.Scale);
        Set(highest * FractionalScale.Denominator);
    }

    private void Set(int numerator)
    {
        if (numerator == Current.Numerator) return;
        Current = new FractionalScale(numerator);
        Changed?.Invoke();
    }
}
