using System.Net.Sockets;
using System.Text;

namespace Vdmabuf.Lab;

/// <summary>Lines of text over a Unix socket, each read with a deadline.</summary>
internal sealed class LineSocket : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    public LineSocket(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.UTF8);
    }

    public async Task Write(string line) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n")).ConfigureAwait(false);

    public async Task<string> Read(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            return await _reader.ReadLineAsync(deadline.Token).ConfigureAwait(false) ?? throw new LabException("the other side closed the connection");
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"no line in {limit.TotalSeconds} s");
        }
    }

    /// <summary>A listening socket that the peer is told to connect to: then nothing the peer says early is lost.</summary>
    public static Socket Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        return listener;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }
}
