namespace Vdmabuf.DBus;

/// <summary>Serves the calls to one exported object.</summary>
public interface IMessageHandler
{
    /// <summary>
    /// Handles a call on the loop's thread. False: no such method, the caller is told so. True without an answer or
    /// <see cref="IncomingCall.Defer"/>: an empty reply is sent. An exception becomes an error reply.
    /// </summary>
    bool Handle(ref IncomingCall call);
}
