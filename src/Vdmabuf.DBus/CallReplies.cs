using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>Makes and sends answers; nothing is made for a call that wants none.</summary>
internal static class CallReplies
{
    public static void Send(BusConnection connection, Message call, MessageWriterAction? body)
    {
        if (!call.ReplyExpected)
            return;
        Message reply = call.NewReturn();
        BusConnection.Fill(reply, body);
        connection.SendReply(reply);
    }

    public static void Send<TState>(BusConnection connection, Message call, TState state, MessageWriterAction<TState> body)
        where TState : allows ref struct
    {
        if (!call.ReplyExpected)
            return;
        Message reply = call.NewReturn();
        bool written = false;
        try
        {
            body(new MessageWriter(reply.Pointer), state);
            written = true;
        }
        finally
        {
            if (!written)
                reply.Unref();
        }
        connection.SendReply(reply);
    }

    public static void SendError(BusConnection connection, Message call, string name, string text)
    {
        if (call.ReplyExpected)
            connection.SendReply(call.NewError(name, text));
    }
}
