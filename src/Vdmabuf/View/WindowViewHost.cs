using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vdmabuf.Cli;
using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Wayland;
using Vdmabuf.Window;
using Vdmabuf.Window.Presentation;
using Vdmabuf.Window.Session;

namespace Vdmabuf.View;

/// <summary>Shows heads as windows of the compositor that WAYLAND_DISPLAY names.</summary>
internal sealed class WindowViewHost(ViewChoices choices) : IViewHost
{
    private const string AppId = "org.vdmabuf.Vdmabuf";

    private WindowSession? _session;
    private ScanoutWindows? _windows;

    public event Action<Exception>? Failed;

    public IScanoutViewFactory Views => _windows ?? throw new InvalidOperationException("views exist only once the compositor is connected");

    public async Task ConnectAsync(IEventLoop loop, ILogger log)
    {
        try
        {
            _session = await WindowSession.ConnectAsync(loop, null, log).ConfigureAwait(true);
        }
        catch (Exception error) when (error is WaylandException or CompositorException or DllNotFoundException)
        {
            throw new ViewUnavailableException($"no window can be shown: {error.Message.TrimEnd('.')}. Run vdmabuf doctor", error);
        }
        _session.Failed += error => Failed?.Invoke(error);
        _windows = new ScanoutWindows(_session, choices.Settings, AppId) { StartFullscreen = choices.Fullscreen };
    }

    public string? Statistics()
    {
        if (_windows is null) return null;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("windows");
            foreach ((PictureStatistics counts, string rung, int buffers) in _windows.Statistics)
            {
                json.WriteStartObject();
                json.WriteString("rung", rung);
                json.WriteNumber("frames", counts.Frames);
                json.WriteNumber("commits", counts.Commits);
                json.WriteNumber("bytesCopied", counts.BytesCopied);
                json.WriteNumber("bytesCompared", counts.BytesCompared);
                json.WriteNumber("buffers", buffers);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public void Dispose()
    {
        _windows?.Dispose();
        _session?.Dispose();
    }
}
