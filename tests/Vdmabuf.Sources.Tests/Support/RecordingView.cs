using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>A frame a view was told of; <paramref name="Buffer"/> is null for pixels sent by value.</summary>
internal sealed record ShownFrame(GuestBuffer? Buffer, Rect Damage, ulong Serial, bool Awaited);

/// <summary>A view that writes down what it is told. It answers frames at once unless told to hold them.</summary>
internal sealed class RecordingView(ScanoutInfo info, IScanoutSource source) : IScanoutView
{
    internal ScanoutInfo Info => info;

    internal IScanoutSource Source => source;

    internal bool IsClosed { get; set; }

    internal bool HoldFrames { get; set; }

    internal List<ShownFrame> Frames { get; } = [];

    internal ShownFrame Last => Frames[^1];

    /// <summary>Everything else, one line each.</summary>
    internal List<string> Events { get; } = [];

    internal bool? IsAbsolute { get; private set; }

    internal byte LastFirstByte { get; private set; }

    public void Present(GuestBuffer buffer, Rect damage, ulong serial, bool awaited) =>
        Add(new ShownFrame(buffer, damage, serial, awaited));

    public void BeginBytes(int width, int height, uint fourcc) => Note($"BeginBytes {width}x{height} {DrmFourcc.NameOf(fourcc)}");

    public void Write(Rect target, int stride, ReadOnlySpan<byte> pixels, ulong serial)
    {
        LastFirstByte = pixels[0];
        Add(new ShownFrame(null, target, serial, false));
    }

    public void ShowAbsence(ScanoutAbsence reason) => Note(reason.ToString());

    public void DefineCursor(int width, int height, int hotX, int hotY, ReadOnlySpan<byte> argb) =>
        Note($"Cursor {width}x{height} hot {hotX},{hotY} {argb.Length} bytes");

    public void MoveCursor(int x, int y, bool visible) => Note($"Move {x},{y} {visible}");

    public void SetPointerMode(bool absolute)
    {
        Assert.False(IsClosed);
        IsAbsolute = absolute;
    }

    public void SetTitle(string title) => Note($"Title {title}");

    private void Note(string what)
    {
        Assert.False(IsClosed, "a closed view is told nothing");
        Events.Add(what);
    }

    private void Add(ShownFrame frame)
    {
        Assert.False(IsClosed, "a closed view is told nothing");
        if (Frames.Count > 0) Assert.Equal(Last.Serial + 1, frame.Serial);
        Frames.Add(frame);
        if (!HoldFrames) source.FrameDone(frame.Serial);
    }
}

/// <summary>Makes recording views, or whatever view a test needs.</summary>
internal sealed class RecordingViews : IScanoutViewFactory
{
    internal List<RecordingView> Views { get; } = [];

    internal RecordingView View => Views[0];

    internal Func<ScanoutInfo, IScanoutSource, IScanoutView>? Maker { get; set; }

    public IScanoutView OpenView(ScanoutInfo info, IScanoutSource source)
    {
        if (Maker is { } maker) return maker(info, source);
        var view = new RecordingView(info, source);
        Views.Add(view);
        return view;
    }

    public void CloseView(IScanoutView view)
    {
        if (view is not RecordingView recording) return;
        Assert.False(recording.IsClosed);
        recording.IsClosed = true;
    }
}
