using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <summary>
/// What libwayland logs. It would go to stderr; here the last line is kept for the exception that follows, because
/// the compositor's explanation of a protocol error is told nowhere else.
/// </summary>
public static unsafe class WaylandLog
{
    private const int LineLimit = 1024;

    [ThreadStatic]
    private static string? t_last;

    private static int s_installed;

    /// <summary>Gets every line, on the thread that caused it; null for nobody. Must not throw.</summary>
    public static Action<string>? Sink { get; set; }

    internal static void Install()
    {
        if (Interlocked.Exchange(ref s_installed, 1) != 0) return;

        // SAFETY: a static function, valid for the life of the process.
        NativeMethods.LogSetHandlerClient(&OnLine);
    }

    internal static string? TakeLast()
    {
        string? last = t_last;
        t_last = null;
        return last;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "Nothing may pass through libwayland's frames; a log line is not worth a failure.")]
    private static void OnLine(byte* format, nint arguments)
    {
        // SAFETY: a va_list arrives as one word (a pointer, or by reference) on every ABI .NET runs on under Linux,
        // and is passed on unread to the function made to consume it; the buffer's size goes with it.
        byte* line = stackalloc byte[LineLimit];
        if (NativeMethods.FormatVariadic(line, LineLimit, format, arguments) < 0) return;
        t_last = Marshal.PtrToStringUTF8((nint)line)?.Trim();
        try
        {
            if (t_last is not null) Sink?.Invoke(t_last);
        }
        catch (Exception)
        {
            // See the contract of Sink.
        }
    }
}
