using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.DBus.Tests.Support;

namespace Vdmabuf.DBus.Tests;

public sealed class HostilePeerTests
{
    private const string Handshake = "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n";

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nServer: none\r\n\r\n", DisconnectReason.AuthenticationRefused)]
    [InlineData("REJECTED EXTERNAL\r\nERROR\r\nERROR\r\n", DisconnectReason.AuthenticationRefused)]
    [InlineData("", DisconnectReason.ClosedDuringAuthentication)]
    [InlineData("DATA\r\nOK 0123", DisconnectReason.ClosedDuringAuthentication)]
    [InlineData(Handshake, DisconnectReason.PeerClosed)]
    // Endianness that is neither.
    [InlineData(Handshake + "xxxxxxxxxxxxxxxxxxxxxxxx", DisconnectReason.ProtocolError)]
    // A body of 4 GiB, a header of 4 GiB.
    [InlineData(Handshake + "l\u0001\u0000\u0001\u00ff\u00ff\u00ff\u00ff\u0001\u0000\u0000\u0000\u0010\u0000\u0000\u0000", DisconnectReason.ProtocolError)]
    [InlineData(Handshake + "l\u0001\u0000\u0001\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u00f0\u00ff\u00ff\u00ff", DisconnectReason.ProtocolError)]
    // A proper beginning, cut off.
    [InlineData(Handshake + "l\u0001\u0000\u0001\u0000\u0001\u0000\u0000\u0001\u0000\u0000\u0000\u0010\u0000\u0000\u0000\u0001\u0001o\u0000", DisconnectReason.PeerClosed)]
    public void Broken_peer_ends_the_connection_once_with_the_reason(string bytes, DisconnectReason reason)
    {
        int before = Libc.CountFds();
        PollLoop.Run(async loop =>
        {
            (SafeFileHandle near, SafeFileHandle far) = Libc.SocketPair();
            BusConnection connection = BusConnection.OpenPeer(loop, near);
            List<DBusDisconnectedException> ends = [];
            connection.Closed += ends.Add;
            Task<DBusReply> pending = connection.CallAsync(new MethodCall(null, "/a", "b.c", "D"));
            using (Socket socket = new(new SafeSocketHandle(far.DangerousGetHandle(), true)))
            {
                far.SetHandleAsInvalid();
                // Take the client's greeting first: closing with unread input would be a reset instead of an end.
                byte[] greeting = new byte[1024];
                await loop.Until(() => socket.Available > 0);
                int got = socket.Receive(greeting);
                Assert.StartsWith("\0AUTH EXTERNAL\r\n", Encoding.ASCII.GetString(greeting, 0, got), StringComparison.Ordinal);
                bool authenticates = bytes.StartsWith(Handshake, StringComparison.Ordinal);
                if (authenticates)
                {
                    socket.Send(Encoding.Latin1.GetBytes(Handshake));
                    await connection.Ready;
                    await loop.Until(() => socket.Available > 0);
                    socket.Receive(greeting);
                }
                string rest = authenticates ? bytes[Handshake.Length..] : bytes;
                if (rest.Length > 0)
                    socket.Send(Encoding.Latin1.GetBytes(rest));
                // What is wrong in itself ends the connection while the peer still holds the socket open.
                if (reason is DisconnectReason.ProtocolError or DisconnectReason.AuthenticationRefused)
                    await loop.Until(() => ends.Count > 0);
            }

            DBusDisconnectedException failed = await Assert.ThrowsAsync<DBusDisconnectedException>(() => pending);

            await loop.Until(() => ends.Count > 0);
            Assert.Equal(reason, failed.Reason);
            Assert.Same(failed, Assert.Single(ends));
            Assert.Contains("The connection ended: the D-Bus peer on fd", failed.Message, StringComparison.Ordinal);
            Assert.Equal((0, 0), (loop.WatchCount, loop.HookCount));
            await Assert.ThrowsAsync<DBusDisconnectedException>(async () => await connection.CallAsync(new MethodCall(null, "/a", "b.c", "D")));
            Assert.False(connection.Send(new MethodCall(null, "/a", "b.c", "D")));
            connection.Dispose();
            Assert.Single(ends);
        });
        Assert.Equal(before, Libc.CountFds());
    }

    [Fact]
    public void Peer_that_does_not_read_bounds_the_queue() => PollLoop.Run(async loop =>
    {
        (SafeFileHandle near, SafeFileHandle far) = Libc.SocketPair();
        using BusConnection connection = BusConnection.OpenPeer(loop, near);
        using Socket socket = new(new SafeSocketHandle(far.DangerousGetHandle(), true));
        far.SetHandleAsInvalid();
        socket.Send(Encoding.Latin1.GetBytes(Handshake));
        await connection.Ready;
        connection.MaxQueuedOutgoing = 100;
        NativeMethodCall call = new(new MethodCall(null, "/a", "b.c", "D"));

        int sent = 0;
        while (connection.Send(call))
            sent++;

        Assert.Equal(100, connection.QueuedOutgoing);
        Assert.Equal(1, connection.RefusedOutgoing);
        await Assert.ThrowsAsync<DBusQueueFullException>(() => connection.CallAsync(new MethodCall(null, "/a", "b.c", "D")));
        Assert.False(connection.Send(call));
        Assert.Equal(3, connection.RefusedOutgoing);
        // Reading again lets it go on.
        byte[] sink = new byte[65536];
        while (connection.QueuedOutgoing > 0)
        {
            if (socket.Available > 0)
                socket.Receive(sink);
            await Task.Yield();
        }
        Assert.True(connection.Send(call));
    });

    [Fact]
    public void Disposing_in_a_handler_or_a_continuation_is_safe() => PollLoop.Run(async loop =>
    {
        using Pair pair = new(loop);
        pair.Server.Export("/a", new LambdaHandler((ref IncomingCall call) =>
        {
            pair.Server.Dispose();
            return true;
        }));
        List<DBusDisconnectedException> ends = [];
        pair.Client.Closed += ends.Add;
        pair.Server.Closed += _ => Assert.Fail("Closed is not raised upon Dispose.");

        await Assert.ThrowsAsync<DBusDisconnectedException>(() => pair.Client.CallAsync(new MethodCall(null, "/a", "b.c", "D")));
        await loop.Until(() => ends.Count > 0);
        pair.Client.Dispose();

        Assert.Equal(DisconnectReason.PeerClosed, Assert.Single(ends).Reason);
        Assert.Equal((0, 0), (loop.WatchCount, loop.HookCount));
    });

    [Fact]
    public void Socket_that_is_none_is_refused_and_closed()
    {
        PollLoop loop = new();
        SafeFileHandle memory = Libc.Memfd("x"u8);
        int fds = Libc.CountFds();

        Assert.Throws<DBusDisconnectedException>(() => BusConnection.OpenPeer(loop, memory));

        Assert.Equal(fds - 1, Libc.CountFds());
        Assert.True(memory.IsClosed || memory.IsInvalid);
    }
}
