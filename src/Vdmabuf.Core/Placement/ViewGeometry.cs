using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Placement;

/// <summary>A position in scanout pixels.</summary>
public readonly record struct GuestPoint(int X, int Y);

/// <summary>
/// Where the guest's picture lies in the window, and back from a place in the window to a guest pixel. The
/// destination is in logical units, as <c>wp_viewport.set_destination</c> wants it.
/// </summary>
/// <param name="GuestWidth">Scanout width in pixels, at least 1.</param>
/// <param name="GuestHeight">Scanout height in pixels, at least 1.</param>
/// <param name="Destination">The picture's rectangle in the window, logical units; never empty.</param>
/// <param name="IsPixelExact">True where one guest pixel is one device pixel: nothing is resampled.</param>
public readonly record struct ViewGeometry(int GuestWidth, int GuestHeight, Rect Destination, bool IsPixelExact)
{
    /// <summary>
    /// Differences up to this many device pixels are no reason for a border: guests round their modes, and a window's
    /// size in device pixels is not always a whole number of logical ones.
    /// </summary>
    public const int SnapDistance = 2;

    /// <summary>Places a guest's picture in a window.</summary>
    /// <param name="guestWidth">Scanout width, pixels.</param>
    /// <param name="guestHeight">Scanout height, pixels.</param>
    /// <param name="logicalWidth">Window width, logical.</param>
    /// <param name="logicalHeight">Window height, logical.</param>
    /// <param name="scale">The window's scale.</param>
    /// <param name="mode">What to do where the sizes differ.</param>
    public static ViewGeometry Compute(
        int guestWidth, int guestHeight, int logicalWidth, int logicalHeight, FractionalScale scale, ScalingMode mode)
    {
        guestWidth = Math.Max(1, guestWidth);
        guestHeight = Math.Max(1, guestHeight);
        logicalWidth = Math.Max(1, logicalWidth);
        logicalHeight = Math.Max(1, logicalHeight);
        int deviceWidth = Math.Max(1, scale.ToDevice(logicalWidth));
        int deviceHeight = Math.Max(1, scale.ToDevice(logicalHeight));

        (int width, int height) = mode == ScalingMode.Stretch
            || (IsNear(guestWidth, deviceWidth) && IsNear(guestHeight, deviceHeight))
            ? (deviceWidth, deviceHeight)
            : Scaled(guestWidth, guestHeight, deviceWidth, deviceHeight, mode);

        (int x, int logicalPictureWidth) = Centre(width, deviceWidth, logicalWidth, scale);
        (int y, int logicalPictureHeight) = Centre(height, deviceHeight, logicalHeight, scale);
        bool exact = scale.ToDevice(logicalPictureWidth) == guestWidth && scale.ToDevice(logicalPictureHeight) == guestHeight;
        return new ViewGeometry(guestWidth, guestHeight, new Rect(x, y, logicalPictureWidth, logicalPictureHeight), exact);
    }

    /// <summary>
    /// The guest pixel under a place in the window, logical units with fractions. Places outside of the picture give
    /// its nearest pixel, anything but a number gives the first.
    /// </summary>
    public GuestPoint ToGuest(double surfaceX, double surfaceY) => new(
        ToGuest(surfaceX, Destination.X, Destination.Width, GuestWidth),
        ToGuest(surfaceY, Destination.Y, Destination.Height, GuestHeight));

    /// <summary>The middle of a guest pixel in the window, logical units.</summary>
    public (double X, double Y) ToSurface(GuestPoint pixel) => (
        Destination.X + (pixel.X + 0.5) * Destination.Width / GuestWidth,
        Destination.Y + (pixel.Y + 0.5) * Destination.Height / GuestHeight);

    /// <summary>Whether a place in the window is on the picture and not on its border.</summary>
    public bool IsOnPicture(double surfaceX, double surfaceY) =>
        surfaceX >= Destination.X && surfaceX < Destination.Right
        && surfaceY >= Destination.Y && surfaceY < Destination.Bottom;

    private static int ToGuest(double position, int start, int length, int pixels)
    {
        double pixel = Math.Floor((position - start) * pixels / length);
        return double.IsNaN(pixel) ? 0 : (int)Math.Clamp(pixel, 0, pixels - 1);
    }

    /// <summary>The picture's size in device pixels.</summary>
    private static (int Width, int Height) Scaled(
        int guestWidth, int guestHeight, int deviceWidth, int deviceHeight, ScalingMode mode)
    {
        if (mode == ScalingMode.Integer)
        {
            int factor = Math.Min(deviceWidth / guestWidth, deviceHeight / guestHeight);
            if (factor >= 1) return (guestWidth * factor, guestHeight * factor);
        }
        // The side that is relatively longer fills the window; the other follows, rounded to nearest.
        return (long)guestWidth * deviceHeight >= (long)guestHeight * deviceWidth
            ? (deviceWidth, Proportion(guestHeight, deviceWidth, guestWidth))
            : (Proportion(guestWidth, deviceHeight, guestHeight), deviceHeight);
    }

    private static int Proportion(int value, int multiplier, int divisor) =>
        (int)Math.Max(1, ((long)value * multiplier * 2 + divisor) / (2L * divisor));

    private static (int Start, int Length) Centre(int device, int deviceWhole, int logicalWhole, FractionalScale scale)
    {
        if (IsNear(device, deviceWhole)) return (0, logicalWhole);
        int length = Math.Clamp(scale.ToLogical(device), 1, logicalWhole);
        return ((logicalWhole - length) / 2, length);
    }

    private static bool IsNear(int a, int b) => Math.Abs((long)a - b) <= SnapDistance;
}
