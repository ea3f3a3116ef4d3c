using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>CLOCK_MONOTONIC, the clock of wp_presentation on Linux compositors and of sd-bus.</summary>
public static class MonotonicClock
{
    /// <summary>Nanoseconds since an arbitrary start.</summary>
    public static unsafe long Nanoseconds
    {
        get
        {
            TimeSpec now;
            // SAFETY: the kernel (vDSO) fills one timespec.
            _ = NativeMethods.ClockGetTime(1, &now);
            return ((long)now.Seconds * 1_000_000_000) + now.Nanoseconds;
        }
    }

    /// <summary>The same in microseconds.</summary>
    public static long Microseconds => Nanoseconds / 1000;
}
