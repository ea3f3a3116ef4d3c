namespace Vdmabuf.Compositor;

/// <summary>One request as it arrived.</summary>
/// <param name="Index">1 for the first request of all clients.</param>
/// <param name="MonotonicNanoseconds">CLOCK_MONOTONIC at which the recvmsg that brought it returned.</param>
/// <param name="Args">int, uint (also objects and new ids, by id), double, string, byte[], ReceivedFd.</param>
/// <param name="Client">Number of the connection.</param>
public sealed record RecordedRequest(long Index, long MonotonicNanoseconds, string Interface, uint ObjectId, string Name, IReadOnlyList<object?> Args, int Client)
{
    public override string ToString() => $"#{Index} {Interface}@{ObjectId}.{Name}({string.Join(", ", Args)})";
}

/// <summary>Something worth telling about a client's behaviour, and the request during which it was noticed.</summary>
public sealed record Finding(long RequestIndex, int Client, string Object, string Message)
{
    public override string ToString() => $"after request {RequestIndex}: {Object}: {Message}";
}

/// <summary>The pointer's picture as the client last set it: a surface or a shape; neither hides it.</summary>
public sealed record CursorState(uint Serial, Surface? Surface, int HotspotX, int HotspotY, uint Shape);
