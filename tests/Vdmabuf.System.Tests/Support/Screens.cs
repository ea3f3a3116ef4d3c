using System.Diagnostics;
using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>What the compositor shows against what QEMU says the guest shows.</summary>
internal static class Screens
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Waits until the compositor shows the frame that the guest holds, and demands every pixel of it. A frame drawn
    /// in part may come in several updates: until all have come, a screenshot may be taken again.
    /// </summary>
    public static async Task<PixelImage> ShowsHeld(HeadlessWeston weston, QemuMachine machine, string name, Region? window = null, int head = 0)
    {
        PixelImage expected = await machine.ScreenDump(head);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            PixelImage shown = await weston.Screenshot();
            PixelImage picture = window is { } region ? shown.Crop(region) : shown;
            if (clock.Elapsed > Patience || Same(expected, picture))
            {
                PixelAssert.Equal(expected, picture, name);
                return shown;
            }
        }
    }

    /// <summary>The number of the guest's frame on the screen once it is one of the given head.</summary>
    public static async Task<uint> FrameShown(HeadlessWeston weston, Func<GuestFrameNumber, bool>? accept = null)
    {
        GuestFrameNumber number = default;
        await weston.ScreenshotWhen(
            picture => GuestFrameNumber.TryRead(picture, out number, out _) && (accept is null || accept(number)), Patience);
        return number.Frame;
    }

    public static bool Same(PixelImage one, PixelImage other)
    {
        if ((one.Width, one.Height) != (other.Width, other.Height)) return false;
        for (int y = 0; y < one.Height; y++)
            if (!one.Row(y).SequenceEqual(other.Row(y))) return false;
        return true;
    }
}
