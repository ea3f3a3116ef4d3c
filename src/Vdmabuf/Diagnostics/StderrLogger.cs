using System.Globalization;
using Microsoft.Extensions.Logging;
using Vdmabuf.Linux;

namespace Vdmabuf.Diagnostics;

/// <summary>
/// Writes <c>vdmabuf: message</c> lines to stderr; where stderr is the journal, each with its priority in the form
/// sd-daemon(3) defines (<c>&lt;4&gt;</c> is a warning).
/// </summary>
internal sealed class StderrLogger : ILogger
{
    private readonly LogLevel _minimum;
    private readonly bool _toJournal;
    private readonly Stream _stream;

    internal StderrLogger(LogLevel minimum) : this(minimum, StandardStreams.Error, IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), 2))
    {
    }

    internal StderrLogger(LogLevel minimum, Stream stream, bool toJournal)
    {
        _minimum = minimum;
        _stream = stream;
        _toJournal = toJournal;
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= _minimum && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!IsEnabled(logLevel)) return;
        Write(logLevel, formatter(state, exception));
        if (exception is not null) Write(logLevel, _minimum <= LogLevel.Debug ? exception.ToString() : exception.Message);
    }

    /// <summary>A failure the user has to see at every log level.</summary>
    internal void Fail(string message) => Write(LogLevel.Error, message);

    /// <summary>Something the user should know, unless told to be quiet.</summary>
    internal void Say(string message)
    {
        if (IsEnabled(LogLevel.Information)) Write(LogLevel.Information, message);
    }

    /// <summary>Something for whoever looks for a fault.</summary>
    internal void Trace(string message)
    {
        if (IsEnabled(LogLevel.Debug)) Write(LogLevel.Debug, message);
    }

    /// <summary>Whether the fd is the journal's stream, which JOURNAL_STREAM names as <c>device:inode</c>.</summary>
    internal static bool IsJournal(string? journalStream, int fd)
    {
        if (string.IsNullOrEmpty(journalStream)) return false;
        int colon = journalStream.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0
            || !ulong.TryParse(journalStream.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out ulong device)
            || !ulong.TryParse(journalStream.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
            return false;
        try
        {
            FileFacts facts = FileFacts.Of(fd);
            return facts.Device == device && facts.Inode == inode;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    private void Write(LogLevel level, string message)
    {
        string line = StandardStreams.OneLine(message);
        StandardStreams.Write(_stream, _toJournal ? $"<{Priority(level)}>vdmabuf: {line}" : $"vdmabuf: {line}");
    }

    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
