using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

/// <summary>A listener's socket on which something else than D-Bus comes: it is closed and registered anew, the picture stays.</summary>
public sealed class BrokenWireTests
{
    [Fact]
    public void Message_that_lies_about_its_length_ends_the_listener_only() =>
        AfterHandshake([(byte)'l', 1, 1, 1, 0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0, 0, 0, 0, 0]);

    [Fact]
    public void Message_with_lying_header_fields_ends_the_listener_only() =>
        AfterHandshake([(byte)'l', 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 1, 1, (byte)'o', 0, 0xff, 0xff, 0, 0], thenClose: true);

    [Fact]
    public void Garbage_ends_the_listener_only() => AfterHandshake(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n"));

    [Fact]
    public void Message_cut_off_by_the_end_of_the_socket_ends_the_listener_only() =>
        AfterHandshake([(byte)'l', 1, 1, 1, 64, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0, 1, 1], thenClose: true);

    [Fact]
    public void Garbage_instead_of_a_handshake_ends_the_listener_only() => Raw((wire, _) =>
    {
        wire.Send("NOT A D-BUS SERVER AT ALL\r\n"u8.ToArray());
        wire.Dispose();
    });

    [Fact]
    public void Socket_closed_at_once_ends_the_listener_only() => Raw((wire, _) => wire.Dispose());

    private static void AfterHandshake(byte[] bytes, bool thenClose = false) => Raw((wire, received) =>
    {
        if (!received.EndsWith("BEGIN\r\n", StringComparison.Ordinal)) return;
        wire.Send(Encoding.ASCII.GetBytes("DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n"));
        wire.Send(bytes);
        if (thenClose) wire.Dispose();
    });

    /// <summary>The first listener is lost after a good frame, the second gets <paramref name="serve"/>, the third is good again.</summary>
    private static void Raw(Action<RawServer, string> serve) => Session.Attached(async session =>
    {
        FakeConsole console = session.Qemu.Consoles[0];
        ShownFrame good = await session.ShowMap(session.Memory());
        console.TakeSocket = socket =>
        {
            console.TakeSocket = null;
            _ = new RawServer(session, socket, serve);
        };

        console.Listener.Dispose();
        await Session.Until(() => console.Listeners.Count == 2);
        await console.Listener.Ready;

        Assert.Same(good, session.View.Last);
        Assert.False(session.Running.IsCompleted);
        await session.ShowMap(session.Memory());
    });

    private sealed class RawServer : IDisposable
    {
        private readonly SafeFileHandle _socket;
        private readonly StringBuilder _received = new();
        private readonly IWatch _watch;
        private readonly Action<RawServer, string> _serve;

        internal RawServer(Session session, SafeFileHandle socket, Action<RawServer, string> serve)
        {
            _socket = socket;
            _serve = serve;
            _watch = session.Loop.Watch((int)_socket.DangerousGetHandle(), PollEvents.Readable, _ => OnReadable());
            session.Own(this);
        }

        internal void Send(byte[] bytes) => Assert.Equal(bytes.Length, UnixSockets.Send(_socket, bytes));

        public void Dispose()
        {
            _watch.Dispose();
            _socket.Dispose();
        }

        private void OnReadable()
        {
            byte[] chunk = new byte[4096];
            int count = FdReceiver.Receive((int)_socket.DangerousGetHandle(), chunk, out SafeFileHandle? fd);
            fd?.Dispose();
            if (count <= 0)
            {
                Dispose();
                return;
            }
            _received.Append(Encoding.ASCII.GetString(chunk, 0, count));
            _serve(this, _received.ToString());
        }
    }
}
