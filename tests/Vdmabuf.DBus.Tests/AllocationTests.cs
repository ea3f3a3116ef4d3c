using Vdmabuf.DBus.Tests.Support;

namespace Vdmabuf.DBus.Tests;

public sealed class AllocationTests
{
    private const int Messages = 100_000;
    private const string Path = "/org/qemu/Display1/Console_0";
    private static readonly NativeMethodCall SetAbsPosition =
        new(new MethodCall(null, Path, "org.qemu.Display1.Mouse", "SetAbsPosition"));

    private static readonly NativeMethodCall Scanout = new(new MethodCall(null, Path, "org.qemu.Display1.Listener", "Scanout"));

    [Fact]
    public void Hundred_thousand_sends_and_receptions_allocate_nothing()
    {
        PollLoop loop = new();
        using Pair pair = new(loop);
        CountingHandler handler = new();
        pair.Server.Export(Path, handler);
        loop.RunUntil(() => pair.Ready.IsCompleted);
        byte[] pixels = new byte[256];
        pixels.AsSpan().Fill(7);
        Exchange(loop, pair, pixels, handler, 2000);

        // Whatever a message allocates, each run shows. A single one may count some bytes when another test's thread
        // causes a collection meanwhile.
        int runs = 0;
        long allocated;
        do
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(loop, pair, pixels, handler, Messages);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        while (++runs < 3 && allocated != 0);

        Assert.Equal(0, allocated);
        Assert.Equal(0, pair.Client.RefusedOutgoing);
        Assert.Equal(((runs * Messages) + 2000L) * ((7 * 256) + 300), handler.Sum);
    }

    [Fact]
    public void Deferred_empty_replies_allocate_nothing()
    {
        PollLoop loop = new();
        using Pair pair = new(loop);
        PendingReply waiting = default;
        int calls = 0;
        pair.Server.Export(Path, new LambdaHandler((ref IncomingCall call) =>
        {
            waiting = call.Defer();
            calls++;
            return true;
        }));
        loop.RunUntil(() => pair.Ready.IsCompleted);
        long inLoop = 0;
        for (int i = 0; i < 3000; i++)
        {
            // The caller's side allocates its task; only the answering side is measured.
            Task<bool> call = pair.Client.CallAsync(new MethodCall(null, Path, "org.example.T", "Update"), null, static r => r.AtEnd);
            while (calls == i)
                loop.Turn();
            long before = GC.GetAllocatedBytesForCurrentThread();
            waiting.ReplyEmpty();
            if (i >= 1000)
                inLoop += GC.GetAllocatedBytesForCurrentThread() - before;
            while (!call.IsCompleted)
                loop.Turn();
            Assert.True(call.IsCompletedSuccessfully);
        }
        Assert.Equal(0, inLoop);
    }

    private static void Exchange(PollLoop loop, Pair pair, byte[] pixels, CountingHandler handler, int messages)
    {
        for (int sent = 0; sent < messages;)
        {
            for (int i = 0; i < 100; i += 2, sent += 2)
            {
                pair.Client.Send(SetAbsPosition, (X: 100u, Y: 200u), static (writer, at) =>
                {
                    writer.WriteUInt32(at.X);
                    writer.WriteUInt32(at.Y);
                });
                pair.Client.Send(SetAbsPosition, (X: 100u, Y: 200u), static (writer, at) =>
                {
                    writer.WriteUInt32(at.X);
                    writer.WriteUInt32(at.Y);
                });
                pair.Client.Send(Scanout, pixels, static (writer, data) => writer.WriteByteArray(data));
                pair.Client.Send(Scanout, pixels, static (writer, data) => writer.WriteByteArray(data));
                handler.Expected += 4;
            }
            while (handler.Received < handler.Expected)
                loop.Turn();
        }
    }

    private sealed class CountingHandler : IMessageHandler
    {
        public long Sum { get; private set; }

        public long Received { get; private set; }

        public long Expected { get; set; }

        public bool Handle(ref IncomingCall call)
        {
            Received++;
            MessageReader reader = call.Reader;
            if (call.InterfaceIs("org.qemu.Display1.Mouse"u8) && call.MemberIs("SetAbsPosition"u8) && call.HasSignature("uu"u8))
            {
                Sum += reader.ReadUInt32() + reader.ReadUInt32();
                return true;
            }
            if (call.MemberIs("Scanout"u8) && call.HasSignature("ay"u8))
            {
                foreach (byte b in reader.ReadByteArray())
                    Sum += b;
                return true;
            }
            return false;
        }
    }
}
