using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Placement;

/// <summary>The mode a window would like its guest to have.</summary>
/// <param name="Width">Guest pixels.</param>
/// <param name="Height">Guest pixels.</param>
/// <param name="WidthMillimetres">Width of that area on the monitor; 0 = unknown.</param>
/// <param name="HeightMillimetres">Height of that area on the monitor; 0 = unknown.</param>
public readonly record struct SizeRequest(int Width, int Height, int WidthMillimetres, int HeightMillimetres)
{
    /// <summary>
    /// One guest pixel for each device pixel of the window. The millimetres follow from the output's, so that the
    /// guest's idea of its dots per inch is the monitor's.
    /// </summary>
    /// <param name="logicalWidth">Window width, logical.</param>
    /// <param name="logicalHeight">Window height, logical.</param>
    /// <param name="scale">The window's scale.</param>
    /// <param name="output">The output's mode in device pixels and its size in millimetres; zeros = unknown.</param>
    public static SizeRequest For(int logicalWidth, int logicalHeight, FractionalScale scale, OutputSize output)
    {
        int width = Math.Clamp(scale.ToDevice(logicalWidth), 1, ImageValidator.MaxSide);
        int height = Math.Clamp(scale.ToDevice(logicalHeight), 1, ImageValidator.MaxSide);
        return new SizeRequest(
            width, height, ToMillimetres(width, output.Width, output.WidthMillimetres),
            ToMillimetres(height, output.Height, output.HeightMillimetres));
    }

    // Projectors and virtual outputs claim 0 or nonsense; 10 m is beyond any monitor.
    private static int ToMillimetres(int pixels, int outputPixels, int outputMillimetres) =>
        outputPixels < 1 || outputMillimetres is < 1 or > 10_000
            ? 0
            : (int)Math.Min(ushort.MaxValue, ((long)pixels * outputMillimetres * 2 + outputPixels) / (2L * outputPixels));
}

/// <summary>An output's mode in device pixels, and its physical size, both as they lie on the desk (after rotation).</summary>
/// <param name="Width">Device pixels.</param>
/// <param name="Height">Device pixels.</param>
/// <param name="WidthMillimetres">Millimetres; 0 = unknown.</param>
/// <param name="HeightMillimetres">Millimetres; 0 = unknown.</param>
public readonly record struct OutputSize(int Width, int Height, int WidthMillimetres, int HeightMillimetres);
