using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.View;

/// <summary>
/// Where a VM's heads are shown. The real one is a connection to a compositor; the tests have one that records.
/// </summary>
internal interface IViewHost : IDisposable
{
    /// <summary>Raised once when nothing can be shown any more, and why.</summary>
    event Action<Exception>? Failed;

    /// <summary>Makes the views; only after <see cref="ConnectAsync"/>.</summary>
    IScanoutViewFactory Views { get; }

    /// <summary>Connects.</summary>
    /// <exception cref="ViewUnavailableException">Nothing can be shown here.</exception>
    Task ConnectAsync(IEventLoop loop, ILogger log);

    /// <summary>One line of JSON with what was shown and at which cost; null where nothing was counted.</summary>
    string? Statistics();
}

/// <summary>There is no compositor to show a VM on.</summary>
internal sealed class ViewUnavailableException : Exception
{
    internal ViewUnavailableException(string message, Exception inner) : base(message, inner) { }
}
