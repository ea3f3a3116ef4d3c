namespace Vdmabuf.Lab.Tests;

[Trait("Needs", "compositor")]
public class CompositorTests
{
    [SkippableTheory]
    [InlineData("gl")]
    [InlineData("pixman")]
    public async Task Client_of_the_headless_compositor_appears_in_the_screenshot(string renderer)
    {
        Skip.If(LabAssets.WestonMissing is not null, LabAssets.WestonMissing);
        await using var weston = await HeadlessWeston.Start(new WestonOptions { Width = 640, Height = 480, Renderer = renderer });
        var empty = await weston.Screenshot();
        Assert.Equal((640, 480, 1), (empty.Width, empty.Height, empty.CountColours()));

        await using var client = weston.StartClient("weston-simple-shm");

        var picture = await weston.ScreenshotWhen(image => image.CountColours() > 1, TimeSpan.FromSeconds(60));
        Assert.Equal((640, 480), (picture.Width, picture.Height));
    }

    [SkippableFact]
    public async Task Compositor_that_cannot_start_is_an_error_with_its_log()
    {
        Skip.If(LabAssets.WestonMissing is not null, LabAssets.WestonMissing);
        var options = new WestonOptions { Shell = "no-such-shell" };

        var failure = await Assert.ThrowsAsync<LabException>(() => HeadlessWeston.Start(options));

        Assert.Contains("no-such-shell", failure.Message, StringComparison.Ordinal);
    }
}
