using System.Globalization;
using System.Net.Sockets;

namespace Vdmabuf.Lab;

/// <summary>Orders to vdmabuf-draw over the guest's second serial port (tests/lab/guest/control.h has the list).</summary>
public sealed class GuestControl : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly LineSocket _lines;

    internal GuestControl(Socket socket) => _lines = new LineSocket(socket);

    /// <summary>The guest has set its first mode.</summary>
    public Task<string> WaitReady() => WaitFor("ready ");

    /// <summary>The guest has stopped at a frame, and the host has carried out all of it. Returns the frame's number.</summary>
    public async Task<uint> WaitHeld()
    {
        var line = await WaitFor("held ").ConfigureAwait(false);
        return uint.Parse(line.AsSpan(line.IndexOf('=', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
    }

    /// <summary>Draws so many frames more and holds.</summary>
    public async Task<uint> Go(int frames)
    {
        await Send(string.Create(CultureInfo.InvariantCulture, $"go {frames}")).ConfigureAwait(false);
        return await WaitHeld().ConfigureAwait(false);
    }

    /// <summary>Draws on without end.</summary>
    public Task Go() => Send("go");

    public async Task<uint> Hold()
    {
        await Send("hold").ConfigureAwait(false);
        return await WaitHeld().ConfigureAwait(false);
    }

    /// <summary>Changes the mode of every head; returns when the first has it.</summary>
    public async Task SetMode(int width, int height)
    {
        await Send(string.Create(CultureInfo.InvariantCulture, $"mode {width}x{height}")).ConfigureAwait(false);
        await WaitFor("mode ").ConfigureAwait(false);
    }

    public async Task SwitchHead(int head, bool on)
    {
        var order = string.Create(CultureInfo.InvariantCulture, $"{(on ? "on" : "off")} {head}");
        await Send(order).ConfigureAwait(false);
        await WaitFor(order).ConfigureAwait(false);
    }

    public async Task ShowCursor(bool visible)
    {
        await Send(visible ? "cursor on" : "cursor off").ConfigureAwait(false);
        await WaitFor("cursor").ConfigureAwait(false);
    }

    public async Task MoveCursor(int x, int y)
    {
        await Send(string.Create(CultureInfo.InvariantCulture, $"cursor {x} {y}")).ConfigureAwait(false);
        await WaitFor("cursor").ConfigureAwait(false);
    }

    public Task Send(string order) => _lines.Write(order);

    /// <summary>The next line that begins so; an <c>error</c> line from the guest is thrown.</summary>
    public async Task<string> WaitFor(string start)
    {
        while (true)
        {
            var line = await _lines.Read(s_patience).ConfigureAwait(false);
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
            if (line.StartsWith("error", StringComparison.Ordinal))
                throw new LabException($"the guest answered: {line}");
        }
    }

    public void Dispose() => _lines.Dispose();
}
