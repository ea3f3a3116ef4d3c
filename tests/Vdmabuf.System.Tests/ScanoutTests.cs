using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>A running guest is attached to, and the compositor shows exactly what QEMU says it shows.</summary>
public abstract class ScanoutTests(AttachableGuest guest)
{
    private protected abstract void Need();

    private protected abstract string Version { get; }

    [SkippableTheory]
    [InlineData("gl", "auto", "shared memory")]
    [InlineData("pixman", "auto", "shared memory")]
    [InlineData("gl", "bytes", "copy")]
    [InlineData("pixman", "bytes", "copy")]
    public async Task Flipping_guest_is_shown_pixel_by_pixel(string renderer, string transport, string rung)
    {
        Need();
        await using HeadlessWeston weston = await HeadlessWeston.Start(new WestonOptions { Renderer = renderer });
        await using CapturedProcess vdmabuf = guest.Attach(weston, "--stats", "--qemu-transport", transport);
        string name = $"scanout-{Version}-{renderer}-{transport}";
        // The guest draws nothing: what shows is what QEMU sends a new listener.
        await Screens.ShowsHeld(weston, guest.Machine, name + "-still");

        foreach (int frames in new[] { 1, 2, 30 })
        {
            uint frame = await guest.Machine.Guest.Go(frames);
            PixelImage shown = await Screens.ShowsHeld(weston, guest.Machine, $"{name}-{frames}");
            Assert.Equal(frame, GuestFrameNumber.Read(shown).Frame);
        }

        ViewStatistics counts = await ViewStatistics.EndAndRead(vdmabuf);
        Assert.Equal(rung, counts.Rung);
        Assert.True(counts.Commits >= 4, $"{counts.Commits} commits");
        if (rung == "shared memory") Assert.Equal(0, counts.BytesCopied);
        else Assert.True(counts.BytesCopied >= 4 * 1280 * 800 * 4, $"{counts.BytesCopied} bytes copied");
    }
}

[Trait("Needs", "vm")]
public sealed class ScanoutsOfQemu10Tests(AttachableGuest guest) : ScanoutTests(guest), IClassFixture<AttachableGuest>
{
    private protected override void Need() => Needs.Path();

    private protected override string Version => "q10";
}

[Trait("Needs", "vm")]
public sealed class ScanoutsOfQemu11Tests(AttachableGuestOfQemu11 guest) : ScanoutTests(guest), IClassFixture<AttachableGuestOfQemu11>
{
    private protected override void Need()
    {
        Needs.Path();
        Needs.Root();
    }

    private protected override string Version => "q11";
}
