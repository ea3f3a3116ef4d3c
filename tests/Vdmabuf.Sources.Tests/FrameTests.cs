using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

public sealed class FrameTests
{
    private static readonly Rect Whole = new(0, 0, 64, 48);

    [Fact]
    public void Scanout_that_no_update_follows_is_presented_whole() => Session.Attached(async session =>
    {
        await session.Listener.ScanoutMap(session.Memory());
        await Session.Until(() => session.View.Frames.Count > 0);

        ShownFrame frame = session.View.Last;
        Assert.Equal(BufferMemory.SharedMemory, frame.Buffer!.Memory);
        Assert.Equal((64, 48, FakeListener.Fourcc), (frame.Buffer.Layout.Width, frame.Buffer.Layout.Height, frame.Buffer.Layout.Fourcc));
        Assert.Equal(Whole, frame.Damage);
    });

    [Fact]
    public void Scanout_and_its_first_update_are_one_frame_with_whole_damage() => Session.Attached(async session =>
    {
        // Both are in the socket before the viewer reads, as QEMU's flips are; the update names only a part.
        Task scanout = session.Listener.ScanoutDmaBuf(session.Memory());
        Task update = session.Listener.UpdateDmaBuf(3, 4, 5, 6);
        await Task.WhenAll(scanout, update);
        await session.Listener.UpdateDmaBuf(1, 2, 3, 4);

        Assert.Equal([Whole, new Rect(1, 2, 3, 4)], session.View.Frames.Select(frame => frame.Damage));
        Assert.True(session.View.Last.Awaited);
    });

    [Fact]
    public void Same_memory_in_the_same_shape_is_the_same_buffer() => Session.Attached(async session =>
    {
        SafeFileHandle first = session.Memory(), second = session.Memory();
        GuestBuffer? a = (await session.ShowMap(first)).Buffer;
        GuestBuffer? b = (await session.ShowMap(second)).Buffer;
        GuestBuffer? again = (await session.ShowMap(first)).Buffer;
        await session.Listener.ScanoutMap(first, width: 32);
        session.Listener.UpdateMap(0, 0, 1, 1);
        await session.Listener.Sync();

        Assert.Same(a, again);
        Assert.NotSame(a, b);
        Assert.NotSame(a, session.View.Last.Buffer);
        Assert.False(a!.IsRetired);
    });

    [Fact]
    public void Scanouts_that_come_faster_than_the_grace_are_shown_all_the_same() => Session.Attached(async session =>
    {
        SafeFileHandle first = session.Memory(), second = session.Memory();
        bool shown = false;
        Task watch = Session.Until(() => shown = session.View.Frames.Count > 0);
        for (int i = 0; !shown; i++) await session.Listener.ScanoutMap(i % 2 == 0 ? first : second);
        await watch;
        Assert.Equal(Whole, session.View.Last.Damage);
    });

    [Fact]
    public void Sub_rectangle_of_a_larger_image_is_the_scanout() => Session.Attached(async session =>
    {
        await session.Listener.ScanoutDmaBuf2([session.Memory(128 * 96 * 4 + 256)], [256], [512], 1, x: 8, y: 16, backingWidth: 128, backingHeight: 96);
        await session.Listener.UpdateDmaBuf(0, 0, 64, 48);

        ImageLayout layout = session.View.Last.Buffer!.Layout;
        Assert.Equal((128, 96, new Rect(8, 16, 64, 48)), (layout.Width, layout.Height, layout.Crop));
        Assert.Equal((256u, 512u), (layout.Planes[0].Offset, layout.Planes[0].Stride));
    });

    [Fact]
    public void Bottom_up_flag_modifier_and_opaque_format_reach_the_view() => Session.Attached(async session =>
    {
        await session.Listener.ScanoutDmaBuf(session.Memory(), fourcc: DrmFourcc.Argb8888, modifier: DrmModifier.Invalid, bottomUp: true);
        await session.Listener.UpdateDmaBuf(0, 0, 64, 48);

        ImageLayout layout = session.View.Last.Buffer!.Layout;
        Assert.Equal((true, DrmModifier.Invalid, DrmFourcc.Xrgb8888), (layout.BottomUp, layout.Modifier, layout.Fourcc));
    });

    [Fact]
    public void Two_planes_may_share_one_fd() => Session.Attached(async session =>
    {
        await session.Listener.ScanoutDmaBuf2([session.Memory(64 * 72)], [0, 64 * 48], [64, 64], 2, fourcc: DrmFourcc.Nv12);
        await session.Listener.UpdateDmaBuf(0, 0, 64, 48);
        Assert.Equal(2, session.View.Last.Buffer!.Layout.PlaneCount);
        Assert.Same(session.View.Last.Buffer.PlaneFd(0), session.View.Last.Buffer.PlaneFd(1));
    });

    [Fact]
    public void Disable_after_a_flip_is_not_blank() => Session.Attached(async session =>
    {
        await session.ShowMap(session.Memory());
        Task flip = session.Listener.ScanoutDmaBuf2([session.Memory()], [0], [256], 1);
        session.Listener.Disable();
        Task update = session.Listener.UpdateDmaBuf(0, 0, 64, 48);
        await Task.WhenAll(flip, update);

        // A Disable that did count would have been told of once this later one is.
        session.Listener.Disable();
        await Session.Until(() => session.View.Events.Count > 0);
        Assert.Equal(["Disabled"], session.View.Events);
        Assert.Equal(2, session.View.Frames.Count);
    });

    [Fact]
    public void Disable_before_the_update_of_its_flip_is_taken_back_by_the_update() => Session.Attached(async session =>
    {
        await session.ShowMap(session.Memory());
        session.Listener.Disable();
        session.Listener.UpdateMap(0, 0, 64, 48);
        session.Listener.MouseSet(1, 2, 1);
        await session.Listener.Sync();
        session.Listener.Disable();
        await Session.Until(() => session.View.Events.Count > 1);
        Assert.Equal(["Move 1,2 True", "Disabled"], session.View.Events);
    });

    [Fact]
    public void Picture_after_a_disabled_one_is_presented() => Session.Attached(async session =>
    {
        session.Listener.Disable();
        await Session.Until(() => session.View.Events.Contains("Disabled"));
        await session.ShowMap(session.Memory());
    });

    [Fact]
    public void Bytes_are_drawn_from_the_message() => Session.Attached(async session =>
    {
        byte[] pixels = new byte[256 * 48];
        pixels[0] = 7;
        await session.Listener.Scanout(64, 48, 256, pixels);
        await session.Listener.Update(60, 40, 4, 8, [9, .. new byte[(16 * 8) - 1]]);
        await session.Listener.Scanout(64, 48, 256, pixels);

        Assert.Equal(["BeginBytes 64x48 XR24"], session.View.Events);
        Assert.Equal([Whole, new Rect(60, 40, 4, 8), Whole], session.View.Frames.Select(frame => frame.Damage));
        Assert.Equal(7, session.View.LastFirstByte);
    });

    [Fact]
    public void Map_after_bytes_and_bytes_after_map_replace_each_other() => Session.Attached(async session =>
    {
        await session.Listener.Scanout(64, 48, 256, new byte[256 * 48]);
        await session.ShowMap(session.Memory());
        await Assert.ThrowsAsync<Vdmabuf.DBus.DBusErrorException>(() => session.Listener.Update(0, 0, 1, 1, new byte[4]));
        await session.Listener.Scanout(64, 48, 256, new byte[256 * 48]);
        Assert.Equal(2, session.View.Events.Count(line => line == "BeginBytes 64x48 XR24"));
    });

    [Fact]
    public void Cursor_and_its_place_reach_the_view() => Session.Attached(async session =>
    {
        session.Listener.CursorDefine(4, 2, 1, 9, new byte[32]);
        session.Listener.MouseSet(-5, 7, 0);
        await session.Listener.Sync();
        Assert.Equal(["Cursor 4x2 hot 1,1 32 bytes", "Move -5,7 False"], session.View.Events);
    });
}
