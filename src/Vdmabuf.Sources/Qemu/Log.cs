using Microsoft.Extensions.Logging;

namespace Vdmabuf.Sources.Qemu;

/// <summary>Every line the QEMU source logs, with fixed event ids (1000 to 1099).</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Vm}: attached over {Endpoint}, {Heads} head(s)")]
    internal static partial void Attached(ILogger logger, string vm, string endpoint, int heads);

    [LoggerMessage(1001, LogLevel.Warning, "{Vm}: the VM is gone ({Reason}); waiting for it to come back")]
    internal static partial void VmGone(ILogger logger, string vm, string reason);

    [LoggerMessage(1002, LogLevel.Warning, "{Console}: {What} was refused: {Why} ({Total} so far)")]
    internal static partial void Refused(ILogger logger, string console, string what, string why, long total);

    [LoggerMessage(1003, LogLevel.Warning, "{Console}: a call with arguments of another type was refused ({Total} refusals so far); is this QEMU newer than the interface we know?")]
    internal static partial void WrongSignature(ILogger logger, string console, long total);

    [LoggerMessage(1004, LogLevel.Debug, "{Console}: a scanout of {Width}x{Height} was replaced before it was shown")]
    internal static partial void ScanoutReplacedUnseen(ILogger logger, string console, int width, int height);

    [LoggerMessage(1005, LogLevel.Warning, "{Console}: the listener's connection ended ({Reason}); registering anew")]
    internal static partial void ListenerLost(ILogger logger, string console, string reason);

    [LoggerMessage(1006, LogLevel.Debug, "{Console}: the guest's display device cannot be told a size ({Reason}); the picture is scaled instead")]
    internal static partial void NoUiInfo(ILogger logger, string console, string reason);

    [LoggerMessage(1007, LogLevel.Information, "{Vm}: another viewer has taken over QEMU's display connection; detached")]
    internal static partial void Displaced(ILogger logger, string vm);

    [LoggerMessage(1008, LogLevel.Debug, "{Console}: {Call} was not taken: {Reason}")]
    internal static partial void CallFailed(ILogger logger, string console, string call, string reason);

    [LoggerMessage(1009, LogLevel.Warning, "{Vm}: attaching failed: {Reason}; trying again")]
    internal static partial void AttachFailed(ILogger logger, string vm, string reason);

    [LoggerMessage(1010, LogLevel.Error, "{Console}: the listener's connection ended {Count} times, last with: {Reason}. The picture stays as it is; attach again to try anew")]
    internal static partial void ListenerGivenUp(ILogger logger, string console, string reason, int count);

    [LoggerMessage(1011, LogLevel.Error, "{Source}: handling a message of QEMU failed; it was answered with an error. This is a fault of this program, please report it")]
    internal static partial void HandlerFailed(ILogger logger, string source, Exception error);
}
