using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Vdmabuf.Lab;

/// <summary>A QMP error reply.</summary>
public sealed class QmpException : Exception
{
    public QmpException(string message) : base(message) { }
    public QmpException(string message, Exception inner) : base(message, inner) { }
    public QmpException() { }
}

/// <summary>A QMP session of the test's own, independent of the program under test. One command at a time.</summary>
public sealed class QmpClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly LineSocket _lines;

    private QmpClient(LineSocket lines) => _lines = lines;

    /// <summary>Events that came in between replies, oldest first.</summary>
    public List<JsonNode> Events { get; } = [];

    /// <summary>Reads the greeting and leaves negotiation mode. Owns the socket.</summary>
    public static async Task<QmpClient> Open(Socket socket)
    {
        var client = new QmpClient(new LineSocket(socket));
        var greeting = await client._lines.Read(s_patience).ConfigureAwait(false);
        if (!greeting.Contains("\"QMP\"", StringComparison.Ordinal))
            throw new LabException($"not a QMP greeting: {greeting}");
        await client.Execute("qmp_capabilities").ConfigureAwait(false);
        return client;
    }

    /// <summary>Executes one command and returns what it returned.</summary>
    public async Task<JsonNode?> Execute(string command, JsonObject? arguments = null)
    {
        var request = new JsonObject { ["execute"] = command };
        if (arguments is not null)
            request["arguments"] = arguments;
        await _lines.Write(request.ToJsonString()).ConfigureAwait(false);
        while (true)
        {
            var line = await _lines.Read(s_patience).ConfigureAwait(false);
            var reply = JsonNode.Parse(line)!;
            if (reply["event"] is not null)
                Events.Add(reply);
            else if (reply["error"] is { } error)
                throw new QmpException($"{command}: {error["desc"]}");
            else
                return reply["return"];
        }
    }

    /// <summary>Ends QEMU; its socket closes before or after the reply, both are well.</summary>
    public async Task Quit()
    {
        try
        {
            await Execute("quit").ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or LabException)
        {
        }
    }

    public void Dispose() => _lines.Dispose();
}
