using Vdmabuf.Core.Loop;

namespace Vdmabuf.DBus.Tests.Support;

/// <summary>Two connections over one socket pair, on one loop.</summary>
internal sealed class Pair : IDisposable
{
    public Pair(IEventLoop loop)
    {
        (Microsoft.Win32.SafeHandles.SafeFileHandle first, Microsoft.Win32.SafeHandles.SafeFileHandle second) = Libc.SocketPair();
        Server = BusConnection.OpenPeerServer(loop, first);
        Client = BusConnection.OpenPeer(loop, second);
    }

    public BusConnection Server { get; }

    public BusConnection Client { get; }

    public Task Ready => Task.WhenAll(Server.Ready, Client.Ready);

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
