using Microsoft.Win32.SafeHandles;
using Vdmabuf.DBus.Tests.Support;

namespace Vdmabuf.DBus.Tests;

public sealed class FdTests
{
    private const string Path = "/org/example/Fds";
    private static readonly MethodCall Take = new(null, Path, "org.example.Test", "Take");

    [Fact]
    public void Call_with_fds_made_before_the_connection_is_ready_arrives_in_order() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        List<string> order = [];
        byte[] content = [];
        pair.Server.Export(Path, new LambdaHandler((ref IncomingCall call) =>
        {
            order.Add(call.HasSignature("h"u8) ? "fd" : "plain");
            if (call.HasSignature("h"u8))
            {
                using SafeFileHandle fd = call.Reader.ReadFd();
                content = Libc.ReadAll((int)fd.DangerousGetHandle(), 16);
            }
            return true;
        }));
        using SafeFileHandle memory = Libc.Memfd("hello"u8);
        Assert.False(pair.Client.IsReady);

        Task<DBusReply> withFd = pair.Client.CallAsync(Take, w => w.WriteFd(memory));
        Task<DBusReply> plain = pair.Client.CallAsync(Take);
        (await withFd).Dispose();
        (await plain).Dispose();

        Assert.Equal(["fd", "plain"], order);
        Assert.Equal("hello"u8.ToArray(), content);
        Assert.False(memory.IsClosed);
    });

    [Fact]
    public void Array_of_fds_is_read_in_place_of_a_ScanoutDMABUF2_call() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        List<string> contents = [];
        uint[] offsets = [];
        bool flipped = false;
        pair.Server.Export(Path, new LambdaHandler((ref IncomingCall call) =>
        {
            Assert.True(call.HasSignature("ahuuuuauauuuuutb"u8));
            MessageReader reader = call.Reader;
            reader.EnterArray("h"u8);
            while (!reader.AtEnd)
                contents.Add(System.Text.Encoding.UTF8.GetString(Libc.ReadAll(reader.ReadFdBorrowed(), 16)));
            reader.Exit();
            reader.Skip("uuuu"u8);
            offsets = reader.ReadUInt32Array().ToArray();
            Assert.Equal(2, reader.ReadUInt32Array().Length);
            reader.Skip("uuuu"u8);
            Assert.Equal(0x00ff_ffff_ffff_fffful, reader.ReadUInt64());
            flipped = reader.ReadBool();
            Assert.True(reader.AtEnd);
            return true;
        }));
        using SafeFileHandle one = Libc.Memfd("one"u8);
        using SafeFileHandle two = Libc.Memfd("two"u8);

        (await pair.Client.CallAsync(Take, w =>
        {
            w.OpenArray("h"u8);
            w.WriteFd(one);
            w.WriteFd(two);
            w.Close();
            foreach (uint v in new uint[] { 0, 0, 640, 480 })
                w.WriteUInt32(v);
            w.WriteUInt32Array([4096, 8192]);
            w.WriteUInt32Array([2560, 2560]);
            foreach (uint v in new uint[] { 2, 0x34325258, 640, 480 })
                w.WriteUInt32(v);
            w.WriteUInt64(0x00ff_ffff_ffff_ffff);
            w.WriteBool(true);
        })).Dispose();

        Assert.Equal(["one", "two"], contents);
        Assert.Equal([4096u, 8192u], offsets);
        Assert.True(flipped);
    });

    [Theory]
    [InlineData("ignored")]
    [InlineData("borrowed")]
    [InlineData("owned")]
    [InlineData("unknown")]
    public void Ten_thousand_messages_with_fds_leave_no_fd_behind(string treatment)
    {
        PollLoop loop = new();
        using Pair pair = new(loop);
        int received = 0;
        pair.Server.Export(Path, new LambdaHandler((ref IncomingCall call) =>
        {
            received++;
            if (treatment == "borrowed")
                Assert.True(call.Reader.ReadFdBorrowed() > 2);
            else if (treatment == "owned")
                call.Reader.ReadFd().Dispose();
            return treatment != "unknown";
        }));
        loop.RunUntil(() => pair.Ready.IsCompleted);
        using SafeFileHandle memory = Libc.Memfd("x"u8);
        NativeMethodCall target = new(Take);
        int before = Libc.CountFds();

        for (int sent = 0; sent < 10_000;)
        {
            for (int i = 0; i < 50; i++, sent++)
                Assert.True(pair.Client.Send(target, memory, static (writer, fd) => writer.WriteFd(fd)));
            loop.RunUntil(() => received >= sent);
        }

        Assert.Equal(before, Libc.CountFds());
    }

    [Fact]
    public void Deferred_and_replied_fds_are_closed_when_everything_ends()
    {
        int before = Libc.CountFds();
        PollLoop.Run(async loop =>
        {
            using Pair pair = new(loop);
            using SafeFileHandle memory = Libc.Memfd("reply"u8);
            int deferred = 0;
            pair.Server.Export(Path, new LambdaHandler((ref IncomingCall call) =>
            {
                if (call.MemberIs("Take"u8))
                {
                    call.Defer();
                    deferred++;
                }
                else
                {
                    call.Reply(memory, static (w, fd) => w.WriteFd(fd));
                }
                return true;
            }));
            Task<DBusReply> never = pair.Client.CallAsync(Take, w => w.WriteFd(memory));
            using (DBusReply reply = await pair.Client.CallAsync(Take with { Member = "Give" }))
            {
                using SafeFileHandle mine = reply.Reader.ReadFd();
                Assert.Equal("reply"u8.ToArray(), Libc.ReadAll((int)mine.DangerousGetHandle(), 16));
            }
            Task<DBusReply> unread = pair.Client.CallAsync(Take with { Member = "Give" });
            (await unread).Dispose();
            await loop.Until(() => deferred == 1);
            pair.Client.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => never);
        });
        Assert.Equal(before, Libc.CountFds());
    }
}
