using System.Text;
using Microsoft.Extensions.Logging;
using Vdmabuf.Diagnostics;

namespace Vdmabuf.Tests.Support;

/// <summary>The program's own logger, writing where a test can read.</summary>
internal sealed class CapturedLog : IDisposable
{
    private readonly MemoryStream _stream = new();

    internal CapturedLog() => Logger = new StderrLogger(LogLevel.Debug, _stream, toJournal: false);

    internal StderrLogger Logger { get; }

    public void Dispose() => _stream.Dispose();

    internal string Text => Encoding.UTF8.GetString(_stream.ToArray());
}
