using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Window.Tests;

/// <summary>Writes down what a window tells its source, in order; tests wait for lines.</summary>
internal sealed class RecordingSource : IScanoutSource
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<ulong> _done = [];
    private readonly List<GuestBuffer> _released = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiters = [];

    /// <summary>Counts only, allocating nothing: for long runs.</summary>
    internal bool Quiet { get; set; }

    internal ulong LastDone { get; private set; }

    internal long ReleaseCount { get; private set; }

    internal IReadOnlyList<string> Lines
    {
        get { lock (_gate) return [.. _lines]; }
    }

    internal IReadOnlyList<ulong> Done
    {
        get { lock (_gate) return [.. _done]; }
    }

    internal IReadOnlyList<GuestBuffer> Released
    {
        get { lock (_gate) return [.. _released]; }
    }

    /// <summary>Lines that begin with a word: "key", "button", "size" …</summary>
    internal IReadOnlyList<string> Of(string kind) => [.. Lines.Where(line => line.Split(' ')[0] == kind)];

    internal void Clear()
    {
        lock (_gate) _lines.Clear();
    }

    internal Task WaitForAsync(string line) => WaitUntilAsync(() => _lines.Contains(line), line);

    internal async Task WaitUntilAsync(Func<bool> condition, string what)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (condition()) return;
            _waiters.Add((condition, met));
        }
        try
        {
            await met.Task.WaitAsync(TestWindow.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited for {what}; the source heard: {string.Join(" | ", Lines)}; done {LastDone}");
        }
    }

    internal Task WaitForDoneAsync(ulong serial) => WaitUntilAsync(() => LastDone >= serial, $"frame {serial} done");

    public void FrameDone(ulong serial)
    {
        LastDone = serial;
        if (Quiet) return;
        lock (_gate) _done.Add(serial);
        Check();
    }

    public void BufferReleased(GuestBuffer buffer)
    {
        ReleaseCount++;
        if (Quiet) return;
        lock (_gate) _released.Add(buffer);
        Check();
    }

    public void Key(uint evdevCode, bool pressed) => Add($"key {evdevCode} {(pressed ? "down" : "up")}");

    public void PointerAbsolute(int x, int y) => Add($"at {x},{y}");

    public void PointerRelative(int dx, int dy) => Add($"by {dx},{dy}");

    public void PointerButton(uint evdevCode, bool pressed) => Add($"button {evdevCode:x} {(pressed ? "down" : "up")}");

    public void PointerWheel(int horizontal, int vertical) => Add($"wheel {horizontal},{vertical}");

    public void RequestSize(int width, int height, int widthMillimetres, int heightMillimetres) =>
        Add($"size {width}x{height} {widthMillimetres}x{heightMillimetres}mm");

    public void Closed() => Add("closed");

    private void Add(string line)
    {
        if (Quiet) return;
        lock (_gate) _lines.Add(line);
        Check();
    }

    private void Check()
    {
        lock (_gate)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (!_waiters[i].Condition()) continue;
                _waiters[i].Met.TrySetResult();
                _waiters.RemoveAt(i);
            }
        }
    }
}
