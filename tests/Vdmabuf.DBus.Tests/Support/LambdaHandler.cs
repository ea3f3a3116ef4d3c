namespace Vdmabuf.DBus.Tests.Support;

internal delegate bool CallHandler(ref IncomingCall call);

internal sealed class LambdaHandler(CallHandler handler) : IMessageHandler
{
    public bool Handle(ref IncomingCall call) => handler(ref call);
}
