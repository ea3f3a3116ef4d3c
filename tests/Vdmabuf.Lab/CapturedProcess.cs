using System.Diagnostics;

namespace Vdmabuf.Lab;

/// <summary>A program that runs beside the test: its output is kept line by line, and it is killed with its children on dispose.</summary>
public sealed class CapturedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CapturedProcess(Process process) => _process = process;

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public int ExitCode => _process.ExitCode;

    /// <summary>Everything printed so far, standard output and standard error in order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public static CapturedProcess Start(string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        var captured = new CapturedProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        captured._process.OutputDataReceived += (_, line) => captured.Add(line.Data);
        captured._process.ErrorDataReceived += (_, line) => captured.Add(line.Data);
        captured._process.Exited += (_, _) => captured.Signal();
        captured._process.Start();
        captured._process.StandardInput.Close();
        captured._process.BeginOutputReadLine();
        captured._process.BeginErrorReadLine();
        return captured;
    }

    /// <summary>The first line, printed already or in future, that contains <paramref name="text"/>.</summary>
    /// <exception cref="LabException">The program ended first, or the time is up; the message carries its output.</exception>
    public async Task<string> WaitForLine(string text, TimeSpan limit)
    {
        var deadline = Stopwatch.StartNew();
        for (var seen = 0; ;)
        {
            Task changed;
            var ended = _process.HasExited;
            lock (_lines)
            {
                for (; seen < _lines.Count; seen++)
                    if (_lines[seen].Contains(text, StringComparison.Ordinal))
                        return _lines[seen];
                changed = _changed.Task;
            }
            var left = limit - deadline.Elapsed;
            if (ended || left <= TimeSpan.Zero)
                throw new LabException($"{_process.StartInfo.FileName} {(ended ? $"ended with {_process.ExitCode}" : $"ran {limit.TotalSeconds} s")} without a line \"{text}\":\n{Output}");
            await Task.WhenAny(changed, Task.Delay(left)).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> WaitForExit(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"{_process.StartInfo.FileName} still runs after {limit.TotalSeconds} s:\n{Output}");
        }
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM, as a user's session would.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Kills it (SIGKILL) and waits for its end: the way a peer crashes.</summary>
    public async Task Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    public ProcessStatistics Statistics() => ProcessStatistics.Read(Id);

    public async ValueTask DisposeAsync()
    {
        await Kill().ConfigureAwait(false);
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
        Signal();
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lines)
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.SetResult();
    }
}
