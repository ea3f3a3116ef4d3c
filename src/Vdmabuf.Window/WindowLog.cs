using Microsoft.Extensions.Logging;

namespace Vdmabuf.Window;

/// <summary>Every line the windows log, with fixed event ids (2000 to 2099).</summary>
internal static partial class WindowLog
{
    [LoggerMessage(2000, LogLevel.Information, "{Title}: first picture {Width}x{Height}, rung {Rung}")]
    internal static partial void FirstPicture(ILogger logger, string title, int width, int height, string rung);

    [LoggerMessage(2001, LogLevel.Warning, "an image of {Width}x{Height} {Format} cannot be shown: {Reason}; the last good frame stays")]
    internal static partial void CannotShow(ILogger logger, int width, int height, string format, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "the compositor refused a dma-buf of {Width}x{Height} {Format}, modifier 0x{Modifier:x}, stride {Stride}; taking the next rung")]
    internal static partial void ImportRefused(ILogger logger, int width, int height, string format, ulong modifier, uint stride);

    [LoggerMessage(2003, LogLevel.Debug, "{Title}: {What}")]
    internal static partial void Detail(ILogger logger, string title, string what);

    [LoggerMessage(2004, LogLevel.Warning, "{Title}: {What}")]
    internal static partial void Trouble(ILogger logger, string title, string what);

    [LoggerMessage(2005, LogLevel.Information, "{Title}: rung is now {Rung}")]
    internal static partial void RungChanged(ILogger logger, string title, string rung);
}
