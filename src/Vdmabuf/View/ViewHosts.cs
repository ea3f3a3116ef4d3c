using Vdmabuf.Cli;

namespace Vdmabuf.View;

internal static class ViewHosts
{
#if VDMABUF_WINDOW
    internal static IViewHost Create(ViewChoices choices) => new WindowViewHost(choices);
#else
    internal static IViewHost Create(ViewChoices choices) => new Absent();

    private sealed class Absent : IViewHost
    {
        public event Action<Exception>? Failed { add { } remove { } }
        public Core.Scanout.IScanoutViewFactory Views => throw new NotSupportedException();
        public Task ConnectAsync(Core.Loop.IEventLoop loop, Microsoft.Extensions.Logging.ILogger log) =>
            throw new ViewUnavailableException("no window can be shown: built without windows", new NotSupportedException());
        public string? Statistics() => null;
        public void Dispose() { }
    }
#endif
}
