using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>What guests do besides flipping: change their mode, draw in part, draw nothing, move a cursor.</summary>
[Trait("Needs", "vm")]
public sealed class ModeChangeTests(AttachableGuest guest) : IClassFixture<AttachableGuest>
{
    private static readonly (int Width, int Height)[] s_modes = [(1024, 768), (800, 600), (1280, 800)];

    [SkippableTheory]
    [InlineData("auto")]
    [InlineData("bytes")]
    public async Task Guest_that_changes_its_mode_is_exact_in_the_middle_of_a_fullscreen_window(string transport)
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using CapturedProcess vdmabuf = guest.Attach(weston, "--scaling", "integer", "--qemu-transport", transport);
        await Screens.ShowsHeld(weston, guest.Machine, $"mode-{transport}-first");

        foreach ((int width, int height) in s_modes)
        {
            await guest.Machine.Guest.SetMode(width, height);

            var middle = new Region((1280 - width) / 2, (800 - height) / 2, width, height);
            PixelImage shown = await Screens.ShowsHeld(weston, guest.Machine, $"mode-{transport}-{width}x{height}", middle);
            AssertBlackOutside(shown, middle);
        }
    }

    [SkippableFact]
    public async Task Mode_of_another_shape_is_scaled_with_borders()
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start();
        await using CapturedProcess vdmabuf = guest.Attach(weston);
        await Screens.ShowsHeld(weston, guest.Machine, "scaled-first");
        try
        {
            await guest.Machine.Guest.SetMode(800, 600);
            // 4:3 in 1280x800: 1067x800, with 106 and 107 columns left over.
            PixelImage shown = await weston.ScreenshotWhen(picture => picture[60, 400] == 0 && picture[1220, 400] == 0, Screens.Patience);

            PixelImage expected = await guest.Machine.ScreenDump();
            Assert.True(IsBlack(shown, new Region(0, 0, 106, 800)) && IsBlack(shown, new Region(1174, 0, 106, 800)), "the borders are not black");
            for (int i = 1; i < 10; i++)
            {
                // In the gradient, far from the strip: scaling moves a colour by no more than its neighbours differ.
                uint there = expected[80 * i, 60 * i], here = shown[106 + 1067 * i / 10, 800 * i / 10];
                Assert.True(Distance(there, here) <= 3 || there is 0xffffff or 0x0000ff, $"at {i}/10: #{here:x6} where #{there:x6} was expected");
            }
        }
        finally
        {
            await guest.Machine.Guest.SetMode(1280, 800);
        }
    }

    [SkippableFact]
    public async Task Window_on_a_desktop_has_the_size_of_each_mode_and_a_frame_around_exact_pixels()
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Shell = "desktop", Width = 1600, Height = 1100 });
        await using CapturedProcess vdmabuf = guest.Attach(weston);
        // The largest first: Weston places the window so that it fits, and it stays there.
        await DesktopWindows.WaitFor(weston, 0, 1280, 800, client: vdmabuf);

        foreach ((int width, int height) in s_modes)
        {
            await guest.Machine.Guest.SetMode(width, height);
            Region place = await DesktopWindows.WaitFor(weston, 0, width, height, client: vdmabuf);

            PixelImage shown = await Screens.ShowsHeld(weston, guest.Machine, $"desktop-{width}x{height}", place);

            // Right above the picture is the title bar that libdecor draws, not the gradient and not the background.
            Assert.True(place.Y > 8);
            Assert.Equal(1, shown.Crop(new Region(place.X + 4, place.Y - 2, 8, 1)).CountColours());
        }
    }

    private static void AssertBlackOutside(PixelImage screen, Region picture)
    {
        int right = picture.X + picture.Width, bottom = picture.Y + picture.Height;
        Assert.True(picture.X == 0 || (IsBlack(screen, new Region(0, 0, picture.X, screen.Height))
            && IsBlack(screen, new Region(right, 0, screen.Width - right, screen.Height))), "the borders left and right are not black");
        Assert.True(picture.Y == 0 || (IsBlack(screen, new Region(0, 0, screen.Width, picture.Y))
            && IsBlack(screen, new Region(0, bottom, screen.Width, screen.Height - bottom))), "the borders above and below are not black");
    }

    private static bool IsBlack(PixelImage screen, Region region)
    {
        for (int y = region.Y; y < region.Y + region.Height; y++)
            if (screen.Row(y).Slice(region.X, region.Width).ContainsAnyExcept(0u)) return false;
        return true;
    }

    private static int Distance(uint one, uint other)
    {
        int most = 0;
        for (int shift = 0; shift <= 16; shift += 8)
            most = Math.Max(most, Math.Abs((int)(one >> shift & 255) - (int)(other >> shift & 255)));
        return most;
    }
}

/// <summary>One buffer, and only what changed is reported.</summary>
[Trait("Needs", "vm")]
public sealed class PartialDrawingTests(AttachableGuestThatDrawsInPart guest) : IClassFixture<AttachableGuestThatDrawsInPart>
{
    [SkippableTheory]
    [InlineData("gl", "auto", "")]
    [InlineData("gl", "auto", "--compare-damage")]
    [InlineData("pixman", "auto", "")]
    [InlineData("gl", "bytes", "")]
    public async Task Guest_that_draws_in_part_is_shown_pixel_by_pixel(string renderer, string transport, string option)
    {
        Needs.Path();
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Renderer = renderer });
        string[] options = ["--stats", "--qemu-transport", transport, .. option.Length > 0 ? [option] : Array.Empty<string>()];
        await using CapturedProcess vdmabuf = guest.Attach(weston, options);
        string name = $"dirty-{renderer}-{transport}{option}";
        await Screens.ShowsHeld(weston, guest.Machine, name + "-still");

        foreach (int frames in new[] { 1, 1, 25 })
        {
            await guest.Machine.Guest.Go(frames);
            await Screens.ShowsHeld(weston, guest.Machine, $"{name}-{frames}");
        }

        ViewStatistics counts = await ViewStatistics.EndAndRead(vdmabuf);
        if (transport == "auto") Assert.Equal(("shared memory", 0), (counts.Rung, counts.BytesCopied));
    }
}
