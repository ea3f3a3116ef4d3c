using Microsoft.Win32.SafeHandles;
using Vdmabuf.DBus.Tests.Support;

namespace Vdmabuf.DBus.Tests;

public sealed class GlibPeerTests
{
    private const string ListenerPath = "/org/qemu/Display1/Listener";
    private static readonly MethodCall Base = new(null, "/org/example/Glib", "org.example.Glib", "");

    [SkippableFact]
    public void Empty_external_identity_is_accepted_and_fds_pass_both_ways() => PollLoop.Run(async loop =>
    {
        using GlibServer server = new();
        using BusConnection connection = BusConnection.OpenPeer(loop, server.Connected);
        using SafeFileHandle memory = Libc.Memfd("to glib"u8);

        Task<string> content = connection.CallAsync(Base with { Member = "Content" }, w => w.WriteFd(memory), static r => r.ReadString());
        Task<string> identity = connection.CallAsync(Base with { Member = "Identity" }, null, static r => r.ReadString());
        using DBusReply given = await connection.CallAsync(Base with { Member = "Give" });
        using SafeFileHandle fd = given.Reader.ReadFd();
        uint width = await connection.CallAsync(
            new MethodCall(null, Base.Path, "org.freedesktop.DBus.Properties", "Get"),
            static w =>
            {
                w.WriteString(Base.Interface);
                w.WriteString("Width"u8);
            },
            static r =>
            {
                r.EnterVariant("u"u8);
                return r.ReadUInt32();
            });
        DBusErrorException error = await Assert.ThrowsAsync<DBusErrorException>(
            () => connection.CallAsync(Base with { Member = "Fail" }));

        Assert.Equal("to glib", await content);
        Assert.NotEqual("none", await identity);
        Assert.Equal("from glib"u8.ToArray(), Libc.ReadAll((int)fd.DangerousGetHandle(), 100));
        Assert.Equal(640u, width);
        Assert.Equal(("org.qemu.Display1.Error.Invalid", "no such thing"), (error.Name, error.Message));
    });

    [SkippableFact]
    public void Properties_are_answered_while_the_peer_blocks_in_our_own_call() => PollLoop.Run(async loop =>
    {
        using GlibServer server = new();
        using BusConnection connection = BusConnection.OpenPeer(loop, server.Connected);
        using ExportedObject listener = new(
            connection,
            ListenerPath,
            new ExportedInterface("org.qemu.Display1.Listener").AddProperty(
                "Interfaces", "as", static w => w.WriteStringArray(["org.qemu.Display1.Listener.Unix.Map"])),
            new ExportedInterface("org.qemu.Display1.Listener.Unix.Map"));

        string seen = await connection.CallAsync(Base with { Member = "Register" }, null, static r => r.ReadString());

        Assert.Equal("({'Interfaces': ['org.qemu.Display1.Listener.Unix.Map']},)({},)", seen);
    });

    [SkippableFact]
    public void Frames_of_33_megabytes_are_read_in_place() => PollLoop.Run(async loop =>
    {
        const int size = 3840 * 2160 * 4;
        const int frames = 5;
        using GlibServer server = new();
        using BusConnection connection = BusConnection.OpenPeer(loop, server.Connected);
        List<uint> order = [];
        long allocated = 0;
        bool replyExpected = false;
        bool intact = true;
        connection.Export(ListenerPath, new LambdaHandler((ref IncomingCall call) =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            if (!call.HasSignature("uuuuay"u8))
                return false;
            MessageReader reader = call.Reader;
            uint index = reader.ReadUInt32();
            reader.Skip("uuu"u8);
            ReadOnlySpan<byte> pixels = reader.ReadByteArray();
            intact &= pixels.Length == size && !pixels.ContainsAnyExcept((byte)0x5a);
            replyExpected |= call.ReplyExpected;
            // The first frame runs code for the first time, which may set up statics of the runtime.
            if (index > 0)
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            order.Add(index);
            return true;
        }));

        (await connection.CallAsync(Base with { Member = "Burst" }, static w =>
        {
            w.WriteUInt32(frames);
            w.WriteUInt32(size);
        })).Dispose();
        await loop.Until(() => order.Count == frames);

        Assert.Equal([0, 1, 2, 3, 4], order);
        Assert.True(intact);
        Assert.False(replyExpected);
        Assert.Equal(0, allocated);
    });

    [SkippableFact]
    public void Peer_that_leaves_is_reported_with_the_pending_call() => PollLoop.Run(async loop =>
    {
        using GlibServer server = new();
        using BusConnection connection = BusConnection.OpenPeer(loop, server.Connected);
        int ends = 0;
        connection.Closed += _ => ends++;
        await connection.Ready;

        DBusDisconnectedException gone = await Assert.ThrowsAsync<DBusDisconnectedException>(
            () => connection.CallAsync(Base with { Member = "Leave" }));

        await loop.Until(() => ends > 0);
        Assert.Equal(DisconnectReason.PeerClosed, gone.Reason);
        Assert.Equal(1, ends);
    });
}
