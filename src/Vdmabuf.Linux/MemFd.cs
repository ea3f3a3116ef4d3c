using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>Seals of a memfd (fcntl(2), F_ADD_SEALS), in the kernel's bit values.</summary>
[Flags]
public enum FileSeals
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>No further seals.</summary>
    Seal = 1,

    /// <summary>Cannot shrink: a reader of a mapping is safe from SIGBUS, and udmabuf accepts it.</summary>
    Shrink = 2,

    /// <summary>Cannot grow.</summary>
    Grow = 4,

    /// <summary>Cannot be written; udmabuf refuses it.</summary>
    Write = 8,
}

/// <summary>Anonymous files in memory.</summary>
public static class MemFd
{
    private const uint CloseOnExec = 1, AllowSealing = 2;
    private const int AddSeals = 1033, GetSeals = 1034;

    /// <summary>A memfd of <paramref name="size"/> zero bytes, sealed as told. The caller owns the fd.</summary>
    /// <exception cref="LinuxException">No memory or no fd left.</exception>
    public static unsafe SafeFileHandle Create(string name, long size, FileSeals seals)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        int fd;
        // SAFETY: the name is NUL-terminated by the added character and pinned during the call.
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            fd = NativeMethods.MemFdCreate(text, CloseOnExec | AllowSealing);
        if (fd < 0) throw LinuxException.Last("memfd_create");
        var owner = new SafeFileHandle(fd, ownsHandle: true);
        if (NativeMethods.FTruncate(fd, size) != 0 || NativeMethods.Fcntl(fd, AddSeals, (nint)seals) != 0)
        {
            LinuxException error = LinuxException.Last($"memfd of {size} bytes with seals {seals}");
            owner.Dispose();
            throw error;
        }
        return owner;
    }

    /// <summary>The seals of an fd, or null where it knows no seals (it is no memfd).</summary>
    public static FileSeals? SealsOf(int fd)
    {
        int seals = NativeMethods.Fcntl(fd, GetSeals, 0);
        return seals < 0 ? null : (FileSeals)seals;
    }
}
