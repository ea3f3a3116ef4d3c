namespace Vdmabuf.Lab.Tests;

[Trait("Needs", "vm")]
public class GuestTests
{
    [SkippableFact]
    public async Task Guest_that_holds_after_seven_flips_shows_frame_seven()
    {
        Skip.If(LabAssets.GuestMissing is not null, LabAssets.GuestMissing);
        await using var machine = await QemuMachine.Start(new QemuOptions { Draw = "flip,hold-after=7" });
        Assert.Equal(7u, await machine.Guest.WaitHeld());

        var picture = await machine.ScreenDump();

        Assert.Equal((1280, 800), (picture.Width, picture.Height));
        Assert.Equal(new GuestFrameNumber(7, 0), GuestFrameNumber.Read(picture));
        Assert.Equal(0xffffffu, picture[56, 60]);                   // the square of an odd frame
        Assert.Equal(0xff0040u | 255 * 400 / 799 << 8, picture[1279, 400]);
    }

    [SkippableFact]
    public async Task Guest_that_draws_in_part_shows_each_frame_it_holds()
    {
        Skip.If(LabAssets.GuestMissing is not null, LabAssets.GuestMissing);
        await using var machine = await QemuMachine.Start(new QemuOptions { Draw = "dirty,hold-after=3" });
        await machine.Guest.WaitHeld();
        Assert.Equal(3u, GuestFrameNumber.Read(await machine.ScreenDump()).Frame);

        var frame = await machine.Guest.Go(10);

        Assert.Equal(13u, frame);
        Assert.Equal(13u, GuestFrameNumber.Read(await machine.ScreenDump()).Frame);
    }

    [SkippableFact]
    public async Task Guest_with_two_heads_draws_both_and_changes_their_mode()
    {
        Skip.If(LabAssets.GuestMissing is not null, LabAssets.GuestMissing);
        var options = new QemuOptions { Draw = "flip,heads=2,size=1024x768,hold-after=5", Device = "virtio-gpu-pci,max_outputs=2", KernelArguments = "video=Virtual-2:e" };
        await using var machine = await QemuMachine.Start(options);
        Assert.Contains("heads=2", await machine.Guest.WaitReady(), StringComparison.Ordinal);
        await machine.Guest.WaitHeld();
        Assert.Equal(new GuestFrameNumber(5, 1), GuestFrameNumber.Read(await machine.ScreenDump(head: 1)));

        await machine.Guest.SetMode(800, 600);

        var changed = await machine.ScreenDump();
        Assert.Equal((800, 600), (changed.Width, changed.Height));
        Assert.Equal(6u, GuestFrameNumber.Read(changed).Frame);
    }

    [SkippableFact]
    public async Task Guest_under_the_root_with_QEMU_11_shows_its_frame()
    {
        Skip.If(LabAssets.RootMissing is not null, LabAssets.RootMissing);
        await using var machine = await QemuMachine.Start(new QemuOptions { InRoot = true });
        await machine.Guest.WaitHeld();

        var version = await machine.Qmp.Execute("query-version");

        Assert.Equal(11, version!["qemu"]!["major"]!.GetValue<int>());
        Assert.Equal(1u, GuestFrameNumber.Read(await machine.ScreenDump()).Frame);
    }
}
