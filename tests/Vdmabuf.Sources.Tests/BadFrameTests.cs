using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;
using Vdmabuf.DBus;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

/// <summary>A QEMU that sends nonsense: an error where one is awaited, the last good frame kept, nothing leaked, and the next good frame shown.</summary>
public sealed class BadFrameTests
{
    private const uint Huge = uint.MaxValue;

    /// <summary>A memory file that would do for 64x48 pixels; all tests share it.</summary>
    private static readonly SafeFileHandle Picture = MemFd.Create("picture", 64 * 48 * 4, FileSeals.None);

    /// <summary>The shared picture is there before any fd is counted.</summary>
    public BadFrameTests() => Assert.False(Picture.IsInvalid);

    [Theory]
    [InlineData(0u, 48u, 256u)]
    [InlineData(64u, 0u, 256u)]
    [InlineData(Huge, 48u, 256u)]
    [InlineData(64u, Huge, 256u)]
    [InlineData(Huge, Huge, Huge)]
    [InlineData(64u, 48u, 255u)]
    [InlineData(64u, 48u, 0u)]
    [InlineData(64u, 16384u, Huge)]
    public void Image_with_impossible_geometry_is_refused(uint width, uint height, uint stride) => Refused(
        listener => listener.ScanoutMap(Picture, width, height, stride),
        listener => listener.ScanoutDmaBuf(Picture, width, height, stride),
        listener => listener.ScanoutDmaBuf2([Picture], [0], [stride], 1, width: width, height: height, backingWidth: width, backingHeight: height),
        listener => listener.Scanout(width, height, stride, new byte[256 * 48]));

    [Fact]
    public void Map_with_an_offset_past_its_end_is_refused() => Refused(
        listener => listener.ScanoutMap(Picture, offset: 256),
        listener => listener.ScanoutMap(Picture, offset: Huge));

    [Fact]
    public void Memory_that_is_too_short_is_refused() => Bad(session =>
    [
        () => session.Listener.ScanoutMap(session.Memory((64 * 48 * 4) - 1)),
        () => session.Listener.ScanoutDmaBuf(session.Memory(1)),
        () => session.Listener.ScanoutDmaBuf2([session.Memory(64 * 48), session.Memory(1)], [0, 0], [64, 64], 2, fourcc: DrmFourcc.Nv12),
    ]);

    [Fact]
    public void Fd_of_another_kind_is_refused() => Bad(session =>
    {
        SafeFileHandle regular = session.Own(File.OpenHandle("/usr/bin/env"));
        SafeFileHandle device = session.Own(File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite));
        var socket = session.Own(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        var calls = new List<Func<Task>>();
        foreach (System.Runtime.InteropServices.SafeHandle fd in (System.Runtime.InteropServices.SafeHandle[])[regular, device, socket.SafeHandle])
        {
            calls.Add(() => session.Listener.ScanoutMap(fd));
            calls.Add(() => session.Listener.ScanoutDmaBuf(fd));
            calls.Add(() => session.Listener.ScanoutDmaBuf2([fd], [0], [256], 1));
            // A good first fd does not excuse the second.
            calls.Add(() => session.Listener.ScanoutDmaBuf2([session.Memory(64 * 48), fd], [0, 0], [64, 64], 2, fourcc: DrmFourcc.Nv12));
        }
        return [.. calls];
    });

    [Theory]
    [InlineData(0u)]
    [InlineData(0xffffffffu)]
    [InlineData(0x20021888u)]
    public void Unknown_format_is_refused(uint format) => Refused(
        listener => listener.ScanoutMap(Picture, format: format),
        listener => listener.ScanoutDmaBuf(Picture, fourcc: format),
        listener => listener.ScanoutDmaBuf2([Picture], [0], [256], 1, fourcc: format),
        listener => listener.Scanout(64, 48, 256, new byte[256 * 48], format));

    [Fact]
    public void Planes_fds_offsets_and_strides_that_do_not_agree_are_refused() => Bad(session =>
    {
        SafeFileHandle memory = session.Memory();
        uint[] many = new uint[65], wide = [.. Enumerable.Repeat(256u, 65)];
        return
        [
            () => session.Listener.ScanoutDmaBuf2([memory], many, wide, 65),
            () => session.Listener.ScanoutDmaBuf2([memory], [0], [256], 65),
            () => session.Listener.ScanoutDmaBuf2([memory], [0], [256], Huge),
            () => session.Listener.ScanoutDmaBuf2([memory], [0], [256], 0),
            () => session.Listener.ScanoutDmaBuf2([memory, memory, memory, memory, memory], many, wide, 5),
            () => session.Listener.ScanoutDmaBuf2([.. Enumerable.Repeat(memory, 65)], many, wide, 65),
            () => session.Listener.ScanoutDmaBuf2([], [0], [256], 1),
            () => session.Listener.ScanoutDmaBuf2([memory], [], [256], 1),
            () => session.Listener.ScanoutDmaBuf2([memory], [0], [], 1),
            () => session.Listener.ScanoutDmaBuf2([memory, memory], [0], [256], 1),
            () => session.Listener.ScanoutDmaBuf2([memory], [0], [256], 2),
        ];
    });

    [Fact]
    public void Crop_outside_of_the_image_is_refused() => Refused(
        listener => listener.ScanoutDmaBuf2([Picture], [0], [256], 1, x: 1),
        listener => listener.ScanoutDmaBuf2([Picture], [0], [256], 1, y: Huge),
        listener => listener.ScanoutDmaBuf2([Picture], [0], [256], 1, width: 0),
        listener => listener.ScanoutDmaBuf2([Picture], [0], [256], 1, width: Huge, x: 1));

    [Fact]
    public void Bytes_that_are_fewer_than_said_are_refused() => Refused(
        listener => listener.Scanout(64, 48, 256, new byte[(256 * 48) - 1]),
        listener => listener.Scanout(64, 48, 256, []),
        listener => listener.Scanout(16384, 16384, 65536, new byte[16]),
        listener => listener.Update(0, 0, 1, 1, new byte[4]));

    [Fact]
    public void Update_by_bytes_outside_of_its_image_is_refused() => Session.Attached(async session =>
    {
        await Assert.ThrowsAsync<DBusErrorException>(() => session.Listener.Update(0, 0, 1, 1, new byte[4]));
        await session.Listener.Scanout(64, 48, 256, new byte[256 * 48]);
        (int X, int Y, int Width, int Height)[] outside =
        [
            (-1, 0, 4, 4), (0, -1, 4, 4), (61, 0, 4, 4), (0, 45, 4, 4), (0, 0, -4, 4), (0, 0, 4, int.MinValue), (0, 0, 0, 4),
            (int.MaxValue, 0, 4, 4), (4, 4, int.MaxValue, int.MaxValue),
        ];
        foreach (var (x, y, width, height) in outside)
            await Assert.ThrowsAsync<DBusErrorException>(() => session.Listener.Update(x, y, width, height, new byte[64], stride: 16));
        await Assert.ThrowsAsync<DBusErrorException>(() => session.Listener.Update(0, 0, 4, 4, new byte[63]));
        await Assert.ThrowsAsync<DBusErrorException>(() => session.Listener.Update(0, 0, 4, 4, new byte[64], format: 0x20030888));
        Assert.Single(session.View.Frames);
        await session.Listener.Update(0, 0, 4, 4, new byte[64]);
    });

    [Fact]
    public void Update_of_a_buffer_before_any_scanout_is_ignored() => Session.Attached(async session =>
    {
        session.Listener.UpdateMap(0, 0, 64, 48);
        await session.Listener.UpdateDmaBuf(0, 0, 64, 48);
        Assert.Empty(session.View.Frames);
        await session.ShowMap(session.Memory());
    });

    [Fact]
    public void Damage_outside_of_the_buffer_is_cut_off() => Session.Attached(async session =>
    {
        await session.ShowMap(session.Memory());
        session.Listener.UpdateMap(-10, -10, 20, 20);
        session.Listener.UpdateMap(60, 40, int.MaxValue, int.MaxValue);
        session.Listener.UpdateMap(int.MinValue, int.MinValue, int.MaxValue, int.MaxValue);
        session.Listener.UpdateMap(5, 5, -5, -5);
        await session.Listener.Sync();
        Assert.Equal([new Rect(0, 0, 10, 10), new Rect(60, 40, 4, 8)], session.View.Frames[1..].Select(frame => frame.Damage));
    });

    [Fact]
    public void Cursor_of_impossible_size_is_refused() => Session.Attached(async session =>
    {
        session.Listener.CursorDefine(0, 0, 0, 0, []);
        session.Listener.CursorDefine(100_000, 1, 0, 0, new byte[400_000]);
        session.Listener.CursorDefine(-1, -1, 0, 0, new byte[4]);
        session.Listener.CursorDefine(int.MaxValue, int.MaxValue, 0, 0, new byte[4]);
        session.Listener.CursorDefine(4, 4, 0, 0, new byte[63]);
        session.Listener.CursorDefine(4, 4, 0, 0, new byte[65]);
        await session.Listener.Sync();
        Assert.Empty(session.View.Events);
        session.Listener.CursorDefine(4, 4, int.MinValue, int.MaxValue, new byte[64]);
        session.Listener.MouseSet(int.MinValue, int.MaxValue, -1);
        await session.Listener.Sync();
        Assert.Equal(["Cursor 4x4 hot 0,3 64 bytes", "Move -16384,16384 True"], session.View.Events);
    });

    [Theory]
    [InlineData("", "Scanout")]
    [InlineData("", "Update")]
    [InlineData("", "ScanoutDMABUF")]
    [InlineData("", "UpdateDMABUF")]
    [InlineData("", "MouseSet")]
    [InlineData("", "CursorDefine")]
    [InlineData("", "Disable")]
    [InlineData(".Unix.Map", "ScanoutMap")]
    [InlineData(".Unix.Map", "UpdateMap")]
    [InlineData(".Unix.ScanoutDMABUF2", "ScanoutDMABUF2")]
    public void Arguments_of_other_types_are_refused(string iface, string member) => Refused(
        listener => listener.Call($"org.qemu.Display1.Listener{iface}", member, writer => writer.WriteString("not these")),
        listener => listener.Call($"org.qemu.Display1.Listener{iface}", member, writer => writer.WriteFd(Picture)));

    [Fact]
    public void Methods_and_interfaces_nobody_knows_are_refused() => Refused(
        listener => listener.Call("org.qemu.Display1.Listener", "ScanoutTexture2d", null),
        listener => listener.Call("org.qemu.Display1.Listener.Unix.Later", "Scanout", null),
        listener => listener.Call("org.freedesktop.DBus.Properties", "GetAll", writer => writer.WriteUInt32(1)));

    [Fact]
    public void Flood_of_nonsense_is_counted_and_not_logged_line_by_line() => Session.Attached(async session =>
    {
        for (int i = 0; i < 1000; i++) session.Listener.Send("org.qemu.Display1.Listener", "MouseSet", null);
        await session.Listener.Sync();
        Assert.InRange(session.Log.Lines.Count(line => line.Contains("was refused", StringComparison.Ordinal)), 16, 32);
    });

    private static void Refused(params Func<FakeListener, Task>[] calls) =>
        Bad(session => [.. calls.Select<Func<FakeListener, Task>, Func<Task>>(call => () => call(session.Listener))]);

    /// <summary>Each call must be answered with an error, and leave the view with what it had.</summary>
    private static void Bad(Func<Session, Func<Task>[]> make) => Session.Attached(async session =>
    {
        ShownFrame good = await session.ShowMap(session.Memory());
        foreach (Func<Task> call in make(session))
        {
            await Assert.ThrowsAsync<DBusErrorException>(call);
            Assert.Same(good, session.View.Last);
            Assert.False(good.Buffer!.IsRetired);
        }
        Assert.Empty(session.View.Events);
        Assert.NotEmpty(session.Log.Lines);
        await session.ShowMap(session.Memory());
    });
}
