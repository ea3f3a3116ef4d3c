using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>A path we serve.</summary>
internal sealed class ObjectExport(BusConnection connection, string path, IMessageHandler handler)
    : Registration(connection), IDisposable
{
    public override int OnMessage(nint message)
    {
        Connection.Dispatch(handler, new Message(message));
        return 1;
    }

    void IDisposable.Dispose()
    {
        Connection.ForgetPath(path);
        Dispose();
    }
}
