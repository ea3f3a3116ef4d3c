using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>
/// A monitor on a Unix socket as QEMU has it: one client after the other, a greeting, commands. It says what a test
/// tells it to, so it can also be no monitor at all.
/// </summary>
internal sealed class FakeQmp : IDisposable
{
    private readonly IEventLoop _loop;
    private readonly string _path;
    private readonly Socket _listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly IWatch _watch;
    private readonly List<Client> _clients = [];

    internal FakeQmp(IEventLoop loop, string path)
    {
        _loop = loop;
        _path = path;
        _listening.Bind(new UnixDomainSocketEndPoint(path));
        _listening.Listen(16);
        _watch = loop.Watch((int)_listening.Handle, PollEvents.Readable, _ => _clients.Add(new Client(this, _listening.Accept())));
    }

    /// <summary>The first bytes a client gets; null is silence.</summary>
    internal byte[]? Greeting { get; set; } = GreetingOf("10", "0", "7");

    /// <summary>What add_client is answered with instead of being done.</summary>
    internal string? AddClientError { get; set; }

    /// <summary>An answer to every command instead of the right one.</summary>
    internal string? AnswerToAll { get; set; }

    internal List<string> Commands { get; } = [];

    internal int Connections { get; private set; }

    internal int OpenConnections => _clients.Count;

    /// <summary>Takes over the socket of add_client.</summary>
    internal Action<SafeFileHandle> ClientAdded { get; set; } = static socket => socket.Dispose();

    internal static byte[] GreetingOf(string major, string minor, string micro) => Encoding.UTF8.GetBytes(
        $$$"""{"QMP": {"version": {"qemu": {"micro": {{{micro}}}, "minor": {{{minor}}}, "major": {{{major}}}}, "package": "test"}, "capabilities": ["oob"]}}""" + "\r\n");

    public void Dispose()
    {
        _watch.Dispose();
        _listening.Dispose();
        foreach (Client client in _clients.ToArray()) client.Dispose();
        File.Delete(_path);
    }

    private sealed class Client : IDisposable
    {
        private readonly FakeQmp _qmp;
        private readonly Socket _socket;
        private readonly IWatch _watch;
        private readonly StringBuilder _input = new();
        private SafeFileHandle? _travelling;
        private SafeFileHandle? _named;

        internal Client(FakeQmp qmp, Socket socket)
        {
            _qmp = qmp;
            _socket = socket;
            _watch = qmp._loop.Watch((int)socket.Handle, PollEvents.Readable, _ => OnReadable());
            qmp.Connections++;
            // A long one does not fit the socket and this thread is also the reader's.
            if (qmp.Greeting is { Length: > 65536 } endless) _ = Task.Run(() => Send(endless));
            else if (qmp.Greeting is { } greeting) Send(greeting);
        }

        public void Dispose()
        {
            _watch.Dispose();
            _socket.Dispose();
            _travelling?.Dispose();
            _named?.Dispose();
            _qmp._clients.Remove(this);
        }

        private void OnReadable()
        {
            byte[] chunk = new byte[4096];
            int count = FdReceiver.Receive((int)_socket.Handle, chunk, out SafeFileHandle? fd);
            if (count <= 0)
            {
                Dispose();
                return;
            }
            if (fd is not null) _travelling = fd;
            _input.Append(Encoding.UTF8.GetString(chunk, 0, count));
            while (_input.ToString().IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
            {
                string line = _input.ToString(0, end);
                _input.Remove(0, end + 1);
                Send(Encoding.UTF8.GetBytes(Execute(line) + "\r\n"));
            }
        }

        private string Execute(string line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            string command = root.GetProperty("execute").GetString()!;
            _qmp.Commands.Add(command);
            if (_qmp.AnswerToAll is { } answer) return answer;
            switch (command)
            {
                case "qmp_capabilities":
                    // Events may come between a command and its answer at any time.
                    return """{"event": "RESUME", "timestamp": {"seconds": 1, "microseconds": 2}}""" + "\r\n" + """{"return": {}}""";
                case "query-status":
                    return """{"return": {"status": "running", "running": true}}""";
                case "getfd" when _travelling is not null:
                    (_named, _travelling) = (_travelling, null);
                    return """{"return": {}}""";
                case "getfd":
                    return """{"error": {"class": "GenericError", "desc": "No file descriptor supplied via SCM_RIGHTS"}}""";
                case "add_client" when _qmp.AddClientError is { } refusal:
                    return $$$"""{"error": {"class": "GenericError", "desc": "{{{refusal}}}"}}""";
                case "add_client" when _named is { } socket && root.GetProperty("arguments").GetProperty("protocol").GetString() == "@dbus-display":
                    _named = null;
                    _qmp.ClientAdded(socket);
                    return """{"return": {}}""";
                default:
                    return """{"error": {"class": "CommandNotFound", "desc": "not known here"}}""";
            }
        }

        private void Send(byte[] bytes)
        {
            try
            {
                for (int sent = 0; sent < bytes.Length;) sent += _socket.Send(bytes.AsSpan(sent));
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // The client left; the next read tells.
            }
        }
    }
}
