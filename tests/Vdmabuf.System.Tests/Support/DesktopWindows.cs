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

    /// <summary>
    /// Screenshots until one shows the head. Where it may be <paramref name="covered"/> by another window, a few are
    /// enough, and a region that overlaps everything stands for it.
    /// </summary>
    public static async Task<Region> WaitFor(HeadlessWeston weston, int head, int width, int height, bool covered = false, CapturedProcess? client = null)
    {
        var clock = Stopwatch.StartNew();
        for (int attempt = 1; ; attempt++)
        {
            PixelImage screen = await weston.Screenshot();
            if (Find(screen, head, width, height) is { } region) return region;
            if (covered && attempt >= 10) return new Region(0, 0, screen.Width, screen.Height);
            if (clock.Elapsed < Screens.Patience) continue;
            string path = Path.Combine(Repository.Artifacts, "desktop-last.png");
            screen.Save(path);
            throw new LabException($"no window of head {head} with {width}x{height} guest pixels, see {path}; the program said:\n{client?.Output}");
        }
    }
}
