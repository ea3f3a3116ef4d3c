namespace Vdmabuf.DBus;

/// <summary>Writes the arguments of a call, reply or signal.</summary>
public delegate void MessageWriterAction(MessageWriter writer);

/// <summary>Writes arguments from <paramref name="state"/>: a static lambda and a value tuple allocate nothing.</summary>
public delegate void MessageWriterAction<in TState>(MessageWriter writer, TState state)
    where TState : allows ref struct;

/// <summary>Turns the arguments of a reply into a value, on the loop's thread.</summary>
public delegate TResult ReplyReader<out TResult>(MessageReader reader);

/// <summary>Receives a matched signal on the loop's thread.</summary>
public delegate void SignalHandler(IncomingSignal signal);
