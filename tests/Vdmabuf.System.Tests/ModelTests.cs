using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>The reference of the dma-buf test is itself compared with QEMU's, where QEMU has one.</summary>
[Trait("Needs", "vm")]
public sealed class ModelTests(AttachableGuest guest) : IClassFixture<AttachableGuest>
{
    [SkippableFact]
    public async Task Described_picture_is_what_the_guest_draws()
    {
        Needs.Path();
        foreach (int frames in new[] { 1, 1, 40 })
        {
            uint frame = await guest.Machine.Guest.Go(frames);
            PixelAssert.Equal(GuestPicture.Draw(1280, 800, frame), await guest.Machine.ScreenDump(), $"model-{frame}");
        }
    }
}
