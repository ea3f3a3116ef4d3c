namespace Vdmabuf.Core.Input;

/// <summary>
/// Turns what a compositor tells of one axis into whole wheel notches, which is all a guest understands; the rest is
/// carried to the next event. One object for each axis. Source: wl_pointer's axis events.
/// </summary>
/// <remarks>
/// A <c>wl_pointer.frame</c> may tell one movement in up to three ways. The finest counts, the others are ignored:
/// value120, then discrete steps, then the continuous value.
/// </remarks>
public sealed class WheelAccumulator
{
    /// <summary>Parts of a notch: the unit of axis_value120.</summary>
    public const int NotchParts = 120;

    /// <summary>Continuous units that make a notch: what compositors send for one click of a wheel (libinput's degrees).</summary>
    public const double UnitsPerNotch = 15;

    /// <summary>The most notches given for one frame; a compositor that says more is wrong, and each is a message to the VM.</summary>
    public const int MaxNotches = 50;

    private long _remainder; // in parts, smaller than a notch between frames
    private long _value120, _discrete;
    private double _continuous;
    private bool _hasValue120, _hasDiscrete;

    /// <summary>axis_value120: parts of a notch, positive is down or right.</summary>
    public void AddValue120(int parts)
    {
        _value120 += parts;
        _hasValue120 = true;
    }

    /// <summary>axis_discrete: whole notches.</summary>
    public void AddDiscrete(int notches)
    {
        _discrete += notches;
        _hasDiscrete = true;
    }

    /// <summary>axis: a distance in surface units. Anything but a finite number is ignored.</summary>
    public void AddContinuous(double units)
    {
        if (double.IsFinite(units)) _continuous += units;
    }

    /// <summary>axis_stop: the finger was lifted; a rest of a notch must not wait for the next gesture.</summary>
    public void Stop() => _remainder = 0;

    /// <summary>The end of a <c>wl_pointer.frame</c>: the notches to send, positive is down or right.</summary>
    public int EndFrame()
    {
        const long limit = (long)MaxNotches * NotchParts;
        double told = _hasValue120 ? _value120
            : _hasDiscrete ? (double)_discrete * NotchParts
            : _continuous * (NotchParts / UnitsPerNotch);
        long parts = (long)Math.Round(Math.Clamp(told, -limit, limit));
        (_value120, _discrete, _continuous, _hasValue120, _hasDiscrete) = (0, 0, 0, false, false);

        // The rest of a movement down must not swallow the beginning of one up.
        if (Math.Sign(parts) * Math.Sign(_remainder) < 0) _remainder = 0;
        long sum = Math.Clamp(_remainder + parts, -limit, limit);
        _remainder = sum % NotchParts;
        return (int)(sum / NotchParts);
    }

    /// <summary>Forgets everything: the pointer left.</summary>
    public void Reset()
    {
        _remainder = 0;
        (_value120, _discrete, _continuous, _hasValue120, _hasDiscrete) = (0, 0, 0, false, false);
    }
}
