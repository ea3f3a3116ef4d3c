using System.Text;
using Vdmabuf.DBus.Tests.Support;

namespace Vdmabuf.DBus.Tests;

public sealed class PeerCallTests
{
    private const string Path = "/org/example/Object";
    private static readonly MethodCall Echo = new(null, Path, "org.example.Test", "Echo");

    [Fact]
    public void Call_with_every_basic_type_is_answered_with_the_same_values() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall call) =>
        {
            Assert.True(call.InterfaceIs("org.example.Test"u8));
            Assert.True(call.MemberIs("Echo"u8));
            Assert.True(call.HasSignature("ybnqiuxtdsog"u8));
            Assert.False(call.HasSignature("ybnqiuxtdso"u8));
            Assert.True(call.ReplyExpected);
            MessageReader r = call.Reader;
            (byte y, bool b, short n, ushort q, int i, uint u) = (r.ReadByte(), r.ReadBool(), r.ReadInt16(), r.ReadUInt16(), r.ReadInt32(), r.ReadUInt32());
            (long x, ulong t, double d, string s, string o, string g) = (r.ReadInt64(), r.ReadUInt64(), r.ReadDouble(), r.ReadString(), r.ReadObjectPath(), r.ReadSignature());
            Assert.True(r.AtEnd);
            call.Reply(w =>
            {
                w.WriteByte(y);
                w.WriteBool(b);
                w.WriteInt16(n);
                w.WriteUInt16(q);
                w.WriteInt32(i);
                w.WriteUInt32(u);
                w.WriteInt64(x);
                w.WriteUInt64(t);
                w.WriteDouble(d);
                w.WriteString(s);
                w.WriteObjectPath(o);
                w.WriteSignature(g);
            });
            return true;
        }));

        using DBusReply reply = await pair.Client.CallAsync(Echo, static w =>
        {
            w.WriteByte(0xfe);
            w.WriteBool(true);
            w.WriteInt16(-2);
            w.WriteUInt16(65534);
            w.WriteInt32(int.MinValue);
            w.WriteUInt32(uint.MaxValue);
            w.WriteInt64(long.MinValue);
            w.WriteUInt64(ulong.MaxValue);
            w.WriteDouble(-0.5);
            w.WriteString("grüße \U0001F5A5");
            w.WriteObjectPath("/a/b");
            w.WriteSignature("a{sv}");
        });

        Assert.Equal("ybnqiuxtdsog", Encoding.UTF8.GetString(reply.Reader.Signature));
        Assert.Equal(0xfe, reply.Reader.ReadByte());
        Assert.True(reply.Reader.ReadBool());
        Assert.Equal(-2, reply.Reader.ReadInt16());
        Assert.Equal(65534, reply.Reader.ReadUInt16());
        Assert.Equal(int.MinValue, reply.Reader.ReadInt32());
        Assert.Equal(uint.MaxValue, reply.Reader.ReadUInt32());
        Assert.Equal(long.MinValue, reply.Reader.ReadInt64());
        Assert.Equal(ulong.MaxValue, reply.Reader.ReadUInt64());
        Assert.Equal(-0.5, reply.Reader.ReadDouble());
        Assert.Equal("grüße \U0001F5A5", reply.Reader.ReadString());
        Assert.Equal("/a/b", reply.Reader.ReadObjectPath());
        Assert.Equal("a{sv}", reply.Reader.ReadSignature());
        Assert.True(reply.Reader.AtEnd);
    });

    [Fact]
    public void Error_replies_become_exceptions_with_name_and_text() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        List<Exception> failures = [];
        pair.Server.HandlerFailed += failures.Add;
        pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall call) =>
        {
            if (call.MemberIs("Named"u8))
                call.ReplyError("org.example.Error.Named", "because");
            else if (call.MemberIs("Throws"u8))
                throw new InvalidOperationException("broken handler");
            else if (call.MemberIs("ThrowsNamed"u8))
                throw new DBusErrorException("org.example.Error.Thrown", "thrown");
            else if (call.MemberIs("Reads"u8))
                call.Reader.ReadUInt32();
            else
                return false;
            return true;
        }));

        async Task<DBusErrorException> Call(string member, string path = Path) =>
            await Assert.ThrowsAsync<DBusErrorException>(
                () => pair.Client.CallAsync(Echo with { Path = path, Member = member }, static w => w.WriteString("text")));

        DBusErrorException named = await Call("Named");
        Assert.Equal(("org.example.Error.Named", "because"), (named.Name, named.Message));
        DBusErrorException thrown = await Call("Throws");
        Assert.Equal((ErrorNames.Failed, "broken handler"), (thrown.Name, thrown.Message));
        Assert.Equal("org.example.Error.Thrown", (await Call("ThrowsNamed")).Name);
        DBusErrorException format = await Call("Reads");
        Assert.Equal(ErrorNames.InvalidArgs, format.Name);
        Assert.Contains("Expected 'u', found 's'", format.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorNames.UnknownMethod, (await Call("Missing")).Name);
        Assert.Equal(ErrorNames.UnknownObject, (await Call("Named", "/nowhere")).Name);
        Assert.Equal(2, failures.Count);
        Assert.IsType<InvalidOperationException>(failures[0]);
        Assert.IsType<DBusFormatException>(failures[1]);
    });

    [Fact]
    public void Handler_that_answers_nothing_has_answered_with_an_empty_reply() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall _) => true));

        using DBusReply reply = await pair.Client.CallAsync(Echo);

        Assert.True(reply.Reader.AtEnd);
    });

    [Fact]
    public void Deferred_call_is_answered_once_and_stale_copies_do_nothing() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        List<PendingReply> pending = [];
        pair.Server.Export(Path, new LambdaHandler((ref IncomingCall call) =>
        {
            pending.Add(call.Defer());
            return true;
        }));

        Task<uint> first = pair.Client.CallAsync(Echo, null, static r => r.ReadUInt32());
        Task<uint> second = pair.Client.CallAsync(Echo, null, static r => r.ReadUInt32());
        await loop.Until(() => pending.Count == 2);
        Assert.Equal(2, pair.Server.DeferredCount);
        PendingReply copy = pending[1];
        pending[1].Reply(static w => w.WriteUInt32(2));
        copy.Reply(static w => w.WriteUInt32(99));
        copy.ReplyEmpty();
        copy.Dispose();

        Assert.Equal(2u, await second);
        Assert.False(first.IsCompleted);
        Assert.False(copy.IsPending);
        pending[0].ReplyError("org.example.Error.Late", "late");
        Assert.Equal("org.example.Error.Late", (await Assert.ThrowsAsync<DBusErrorException>(() => first)).Name);
        Assert.Equal(0, pair.Server.DeferredCount);

        _ = pair.Client.CallAsync(Echo).ContinueWith(static t => t.Exception, TaskScheduler.Default);
        await loop.Until(() => pending.Count == 3);
        pair.Server.Dispose();
        pending[2].ReplyEmpty();
        Assert.False(pending[2].IsPending);
    });

    [Fact]
    public void Deferring_beyond_the_limit_is_refused_with_an_error() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        pair.Server.MaxDeferred = 3;
        pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall call) =>
        {
            call.Defer();
            return true;
        }));

        Task<DBusReply>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => pair.Client.CallAsync(Echo))];
        DBusErrorException refused = await Assert.ThrowsAsync<DBusErrorException>(() => pair.Client.CallAsync(Echo));

        Assert.Equal(ErrorNames.LimitsExceeded, refused.Name);
        pair.Client.Dispose();
        foreach (Task<DBusReply> task in waiting)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
    });

    [Fact]
    public void Call_without_reply_flag_is_never_answered() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        int calls = 0;
        pair.Server.Export(Path, new LambdaHandler((ref IncomingCall call) =>
        {
            calls++;
            if (call.MemberIs("Echo"u8))
                Assert.False(call.ReplyExpected);
            if (calls == 1)
                call.Reply(static w => w.WriteString("unwanted"));
            else if (calls == 2)
                Assert.False(call.Defer().IsPending);
            return true;
        }));
        int signals = 0;
        pair.Client.AddMatch("type='signal'", _ => signals++);

        Assert.True(pair.Client.Send(Echo));
        Assert.True(pair.Client.Send(Echo, static w => w.WriteUInt32(1)));
        using DBusReply barrier = await pair.Client.CallAsync(Echo with { Member = "Barrier" });

        Assert.Equal(3, calls);
        Assert.Equal(0, pair.Server.DeferredCount);
    });

    [Fact]
    public void Call_that_is_not_answered_in_time_fails_with_NoReply() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall call) =>
        {
            call.Defer();
            return true;
        }));

        DBusErrorException late = await Assert.ThrowsAsync<DBusErrorException>(
            () => pair.Client.CallAsync(Echo, timeout: TimeSpan.FromMilliseconds(20)));

        Assert.Contains(late.Name, new[] { ErrorNames.NoReply, "org.freedesktop.DBus.Error.Timeout", "System.Error.ETIMEDOUT" });
    });

    [Fact]
    public void Signals_reach_the_matching_handlers_of_a_peer() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        List<string> seen = [];
        pair.Client.AddMatch("type='signal',interface='org.example.Test',member='A'", s => seen.Add("A " + s.Reader.ReadString()));
        SignalMatch all = pair.Client.AddMatch("type='signal',path='/p'", s => seen.Add("all " + Encoding.UTF8.GetString(s.Member)));
        await pair.Ready;
        Assert.True(all.Installed.IsCompletedSuccessfully);

        pair.Server.EmitSignal("/p", "org.example.Test", "A", static w => w.WriteString("one"));
        pair.Server.EmitSignal("/p", "org.example.Test", "B");
        await loop.Until(() => seen.Count >= 3);
        all.Dispose();
        pair.Server.EmitSignal("/p", "org.example.Test", "B");
        pair.Server.EmitSignal("/q", "org.example.Test", "A", static w => w.WriteString("two"));
        await loop.Until(() => seen.Contains("A two"));

        // Which of two handlers of one signal comes first is sd-bus's business.
        Assert.Equal(["A one", "A two", "all A", "all B"], seen.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Ended_export_is_an_unknown_object_and_can_be_exported_again() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        IDisposable export = pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall _) => true));
        Assert.Throws<ArgumentException>(() => pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall _) => true)));
        Assert.Throws<ArgumentException>(() => pair.Server.Export("not a path", new LambdaHandler(static (ref IncomingCall _) => true)));
        (await pair.Client.CallAsync(Echo)).Dispose();

        export.Dispose();
        export.Dispose();

        Assert.Equal(ErrorNames.UnknownObject, (await Assert.ThrowsAsync<DBusErrorException>(() => pair.Client.CallAsync(Echo))).Name);
        using IDisposable again = pair.Server.Export(Path, new LambdaHandler(static (ref IncomingCall _) => true));
        (await pair.Client.CallAsync(Echo)).Dispose();
    });
}
