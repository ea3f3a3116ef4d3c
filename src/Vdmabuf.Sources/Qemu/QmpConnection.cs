using System.Runtime.InteropServices;
using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.Linux;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// QEMU's monitor protocol over its Unix socket, as far as a display needs it: commands one at a time, each with at
/// most one fd. It lives for the few milliseconds of an attachment, since QEMU serves one monitor client at a time.
/// </summary>
public sealed class QmpConnection : IDisposable
{
    /// <summary>A line longer than this is not QMP (QEMU's longest replies are schema dumps we never ask for).</summary>
    private const int MaxLine = 1 << 20;

    /// <summary>How long an answer may take: QEMU's main loop answers in milliseconds, also while the guest is paused.</summary>
    internal static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly TimeSpan _patience;
    private readonly SafeFileHandle _socket;
    private readonly IWatch _watch;
    private readonly ITimer _deadline;
    private readonly IEventLoop _loop;
    private readonly ArrayBufferWriter<byte> _line = new();
    private TaskCompletionSource<JsonElement>? _awaited;
    private string _awaitedWhat = "";
    private QmpException? _broken;

    private QmpConnection(IEventLoop loop, string path, SafeFileHandle socket, TimeSpan patience)
    {
        _patience = patience;
        _loop = loop;
        _path = path;
        _socket = socket;
        _deadline = loop.CreateTimer(OnDeadline);
        _watch = loop.Watch((int)socket.DangerousGetHandle(), PollEvents.Readable, _ => OnReadable());
        PeerProcess = UnixSockets.PeerProcess(socket);
    }

    /// <summary>QEMU's process, as the kernel knows it: tells a restarted VM from one that another viewer took over.</summary>
    public int? PeerProcess { get; }

    /// <summary>QEMU's version, from the greeting.</summary>
    public Version Version { get; private set; } = new(0, 0);

    /// <summary>Connects, reads the greeting and leaves negotiation mode.</summary>
    /// <exception cref="QmpException">Nobody listens, it is no QMP socket, or another client holds it.</exception>
    public static Task<QmpConnection> ConnectAsync(IEventLoop loop, string path) => ConnectAsync(loop, path, DefaultPatience);

    internal static async Task<QmpConnection> ConnectAsync(IEventLoop loop, string path, TimeSpan patience)
    {
        SafeFileHandle socket;
        try
        {
            socket = UnixSockets.Connect(path);
        }
        catch (LinuxException error)
        {
            throw new QmpException($"cannot reach QEMU's monitor at {path}: {error.Message}. Start QEMU with -qmp unix:{path},server=on,wait=off", error);
        }
        var connection = new QmpConnection(loop, path, socket, patience);
        try
        {
            JsonElement greeting = await connection.ReceiveAsync("its greeting").ConfigureAwait(true);
            connection.Version = ReadVersion(greeting, path);
            await connection.ExecuteAsync("qmp_capabilities").ConfigureAwait(true);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and gives its <c>return</c> value. <paramref name="fd"/> stays the caller's.</summary>
    /// <exception cref="QmpException">QEMU refused (ErrorClass is set) or the connection broke.</exception>
    public Task<JsonElement> ExecuteAsync(string command, (string Name, string Value)[]? arguments = null, SafeHandle? fd = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("execute", command);
            if (arguments is { Length: > 0 })
            {
                json.WriteStartObject("arguments");
                foreach ((string name, string value) in arguments) json.WriteString(name, value);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        if (_broken is not null) throw _broken;
        try
        {
            // A command is some hundred bytes and QEMU reads one before the next is sent: it fits the socket or the peer is not QEMU.
            int sent = UnixSockets.Send(_socket, buffer.WrittenSpan, fd);
            if (sent != buffer.WrittenCount) throw new QmpException($"QEMU's monitor at {_path} does not read: {sent} of {buffer.WrittenCount} bytes of {command} were taken");
        }
        catch (LinuxException error)
        {
            throw new QmpException($"QEMU's monitor at {_path} is gone: {error.Message}", error);
        }
        return ReturnOf(command);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_socket.IsClosed) return;
        _watch.Dispose();
        _deadline.Dispose();
        _socket.Dispose();
        _awaited?.TrySetException(new QmpException($"the monitor connection to {_path} was closed"));
    }

    private async Task<JsonElement> ReturnOf(string command)
    {
        while (true)
        {
            JsonElement message = await ReceiveAsync($"the answer to {command}").ConfigureAwait(true);
            if (message.TryGetProperty("return", out JsonElement value)) return value;
            if (message.TryGetProperty("event", out _)) continue;
            if (message.TryGetProperty("error", out JsonElement error))
            {
                string text = Text(error, "desc") ?? "no description";
                throw new QmpException($"QEMU at {_path} refused {command}: {text}") { ErrorClass = Text(error, "class") };
            }
            throw NotQmp(message.GetRawText());
        }
    }

    private Task<JsonElement> ReceiveAsync(string what)
    {
        if (_broken is not null) throw _broken;
        _awaitedWhat = what;
        _awaited = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _deadline.ArmAt(_loop.NowMicroseconds + (long)_patience.TotalMicroseconds);
        Task<JsonElement> task = _awaited.Task;
        DeliverLine();
        return task;
    }

    private void OnReadable()
    {
        Span<byte> chunk = stackalloc byte[4096];
        try
        {
            while (true)
            {
                int count = UnixSockets.Receive(_socket, chunk);
                if (count < 0) break;
                if (count == 0)
                {
                    DeliverLine();
                    Break(new QmpException($"QEMU's monitor at {_path} closed the connection while {_awaitedWhat} was awaited"));
                    return;
                }
                if (_line.WrittenCount + count > MaxLine)
                {
                    Break(NotQmp(Encoding.UTF8.GetString(_line.WrittenSpan[..64])));
                    return;
                }
                _line.Write(chunk[..count]);
            }
            DeliverLine();
        }
        catch (LinuxException error)
        {
            Break(new QmpException($"QEMU's monitor at {_path} is gone: {error.Message}", error));
        }
    }

    /// <summary>Hands the first complete line to whoever awaits one; further lines stay until they are asked for.</summary>
    private void DeliverLine()
    {
        ReadOnlySpan<byte> all = _line.WrittenSpan;
        int end = all.IndexOf((byte)'\n');
        if (end < 0 || _awaited is not { } awaited) return;
        JsonElement message = default;
        QmpException? error = null;
        try
        {
            // JsonElement checks the text of a string only when it is read, and then throws something else.
            if (!Utf8.IsValid(all[..end])) throw new JsonException("not UTF-8");
            var reader = new Utf8JsonReader(all[..end]);
            message = JsonElement.ParseValue(ref reader);
            if (message.ValueKind != JsonValueKind.Object) error = NotQmp(message.GetRawText());
        }
        catch (JsonException)
        {
            error = NotQmp(Encoding.UTF8.GetString(all[..Math.Min(end, 64)]));
        }
        byte[] rest = all[(end + 1)..].ToArray();
        _line.ResetWrittenCount();
        _line.Write(rest);
        if (error is not null)
        {
            Break(error);
            return;
        }
        _awaited = null;
        _deadline.Disarm();
        awaited.SetResult(message);
    }

    private void OnDeadline() => Break(new QmpException(
        $"QEMU's monitor at {_path} did not send {_awaitedWhat} within {_patience.TotalSeconds:0.#} s. It serves one client at a time: " +
        "close the other one (libvirt, another vdmabuf), or give QEMU a second -qmp socket"));

    private void Break(QmpException error)
    {
        _broken = error;
        _watch.Dispose();
        _deadline.Disarm();
        TaskCompletionSource<JsonElement>? awaited = _awaited;
        _awaited = null;
        awaited?.SetException(error);
    }

    private QmpException NotQmp(string seen) =>
        new($"{_path} does not speak QMP (it sent \"{(seen.Length > 64 ? seen[..64] : seen)}\"). Name the socket of -qmp, not of -monitor, -serial or -vnc");

    private static Version ReadVersion(JsonElement greeting, string path)
    {
        if (greeting.TryGetProperty("QMP", out JsonElement qmp) && qmp.ValueKind == JsonValueKind.Object
            && qmp.TryGetProperty("version", out JsonElement version) && version.ValueKind == JsonValueKind.Object
            && version.TryGetProperty("qemu", out JsonElement qemu) && qemu.ValueKind == JsonValueKind.Object)
            return new Version(Number(qemu, "major"), Number(qemu, "minor"), Number(qemu, "micro"));
        throw new QmpException($"{path} sent a greeting that is not QMP's. Name the socket of -qmp, not of -monitor or the guest agent");
    }

    private static int Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0 ? number : 0;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
