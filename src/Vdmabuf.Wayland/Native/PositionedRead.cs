using System.Runtime.InteropServices;
using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <summary>pread(2) from the start of a file, which neither moves nor depends on the shared file position.</summary>
internal static unsafe class PositionedRead
{
    private const int Interrupted = 4;

    /// <summary>Fills <paramref name="target"/> as far as the file reaches.</summary>
    /// <returns>The bytes read, or a negative errno.</returns>
    public static int Fill(SafeHandle fd, Span<byte> target)
    {
        bool added = false;
        fd.DangerousAddRef(ref added);
        try
        {
            int have = 0;
            while (have < target.Length)
            {
                // SAFETY: the target is pinned for the call, which writes at most the length given.
                nint count;
                fixed (byte* start = target[have..])
                    count = NativeMethods.PositionedRead((int)fd.DangerousGetHandle(), start, (nuint)(target.Length - have), have);
                if (count == 0) break;
                if (count > 0) have += (int)count;
                else if (Marshal.GetLastPInvokeError() is var errno && errno != Interrupted) return -errno;
            }

            return have;
        }
        finally
        {
            fd.DangerousRelease();
        }
    }
}
