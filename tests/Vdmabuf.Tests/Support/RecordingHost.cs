using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Scanout;
using Vdmabuf.View;

namespace Vdmabuf.Tests.Support;

/// <summary>A view host without a compositor: notes what is opened, and lets the test act as the user.</summary>
internal sealed class RecordingHost : IViewHost, IScanoutViewFactory
{
    private IEventLoop? _loop;

    public event Action<Exception>? Failed;

    /// <summary>The loop's thread calls it for each head, once that is attached.</summary>
    internal Action<IEventLoop, IScanoutSource>? Opened { get; init; }

    /// <summary>Why connecting fails; null where it does not.</summary>
    internal Exception? Refusal { get; init; }

    internal List<ScanoutInfo> Heads { get; } = [];

    internal int OpenViews { get; private set; }

    public IScanoutViewFactory Views => this;

    public Task ConnectAsync(IEventLoop loop, ILogger log)
    {
        _loop = loop;
        return Refusal is null ? Task.CompletedTask : Task.FromException(Refusal);
    }

    internal void Fail(Exception error) => Failed?.Invoke(error);

    public string? Statistics() => null;

    public IScanoutView OpenView(ScanoutInfo info, IScanoutSource source)
    {
        Heads.Add(info);
        OpenViews++;
        _loop!.Post(() => Opened?.Invoke(_loop, source));
        return new View(source);
    }

    public void CloseView(IScanoutView view) => OpenViews--;

    public void Dispose() { }

    private sealed class View(IScanoutSource source) : IScanoutView
    {
        public void Present(GuestBuffer buffer, Rect damage, ulong serial, bool awaited) => source.FrameDone(serial);
        public void BeginBytes(int width, int height, uint fourcc) { }
        public void Write(Rect target, int stride, ReadOnlySpan<byte> pixels, ulong serial) => source.FrameDone(serial);
        public void ShowAbsence(ScanoutAbsence reason) { }
        public void DefineCursor(int width, int height, int hotX, int hotY, ReadOnlySpan<byte> argb) { }
        public void MoveCursor(int x, int y, bool visible) { }
        public void SetPointerMode(bool absolute) { }
        public void SetTitle(string title) { }
    }
}
