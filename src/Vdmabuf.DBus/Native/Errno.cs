using System.Runtime.InteropServices;

namespace Vdmabuf.DBus.Native;

/// <summary>The negative errno results of sd-bus, as far as they are told apart.</summary>
internal static class Errno
{
    public const int Perm = -1;
    public const int NoSuchType = -6;
    public const int Invalid = -22;
    public const int BrokenPipe = -32;
    public const int NotSupported = -95;
    public const int NoBuffers = -105;
    public const int ConnectionReset = -104;
    public const int NotConnected = -107;
    public const int ShutDown = -108;
    public const int Aborted = -103;

    /// <summary>Whether a send failed because the connection is on its way down: the pump reports that once.</summary>
    public static bool IsDisconnect(int result) => 
        result is ConnectionReset or NotConnected or BrokenPipe or ShutDown or Aborted;

    public static string Text(int result) => $"{Marshal.GetPInvokeErrorMessage(-result)} (errno {-result})";

    /// <exception cref="InvalidOperationException"><paramref name="result"/> is an error.</exception>
    public static void ThrowIfNegative(int result, string what)
    {
        if (result < 0)
            throw new InvalidOperationException($"{what} failed: {Text(result)}.");
    }
}
