using System.Diagnostics;
using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>Finds guests' windows on a desktop by what the guest draws: the compositor puts them where it likes.</summary>
internal static class DesktopWindows
{
    /// <summary>A head's place in the screenshot, its frame number strip being whole; null where it is hidden or absent.</summary>
    public static Region? Find(PixelImage screen, int head, int width, int height)
    {
        for (int y = 0; y + height <= screen.Height; y++)
        {
            for (int x = 0; x + width <= screen.Width; x++)
            {
                // The marker 1011 first: white, black, white, white squares of 16 pixels.
                Span<uint> row = screen.Row(y);
                if (row[x] != 0xffffff || row[x + 15] != 0xffffff || row[x + 16] != 0 || row[x + 32] != 0xffffff || row[x + 63] != 0xffffff) continue;
                if (GuestFrameNumber.TryRead(screen, out GuestFrameNumber number, out _, x, y) && number.Head == head)
                    return new Region(x, y, width, height);
            }
        }
        return null;
    }

    /// <summary>Screenshots until one shows the head.</summary>
    public static async Task<Region> WaitFor(HeadlessWeston weston, int head, int width, int height)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            PixelImage screen = await weston.Screenshot();
            if (Find(screen, head, width, height) is { } region) return region;
            if (clock.Elapsed < Screens.Patience) continue;
            string path = Path.Combine(Repository.Artifacts, "desktop-last.png");
            screen.Save(path);
            throw new LabException($"no window of head {head} with {width}x{height} guest pixels, see {path}");
        }
    }
}
