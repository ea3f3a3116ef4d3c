using Vdmabuf.Core.Scanout;
using Vdmabuf.Wayland.Protocol;
using Vdmabuf.Window.Cursor;

namespace Vdmabuf.Window.Input;

/// <summary>What input needs of a window: where things are, who hears of them, and what the pointer looks like there.</summary>
internal interface IInputTarget
{
    WlSurface Surface { get; }

    IScanoutSource Source { get; }

    /// <summary>The guest's pointer shape and whether it wants one shown.</summary>
    GuestPointer Pointer { get; }

    /// <summary>Device pixels for one logical pixel.</summary>
    double Scale { get; }

    /// <summary>The guest pixel under a point of the surface (logical units), clamped to the picture.</summary>
    (int X, int Y) ToGuest(double x, double y);

    /// <summary>How far a movement in logical units is in guest pixels.</summary>
    (double X, double Y) ToGuestDistance(double dx, double dy);
}
