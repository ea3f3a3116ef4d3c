using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>What kind of object an fd names.</summary>
public enum FileKind
{
    /// <summary>Something no picture can be in.</summary>
    Other,

    /// <summary>A dma-buf.</summary>
    DmaBuf,

    /// <summary>A memfd or a file on tmpfs or hugetlbfs: its pages are its contents.</summary>
    SharedMemory,
}

/// <summary>
/// What the kernel says of an fd that somebody handed us. Read before anything the sender claimed is believed.
/// </summary>
/// <param name="Device">st_dev, packed like <c>dev_t</c>.</param>
/// <param name="Inode">st_ino.</param>
/// <param name="Size">Bytes behind the fd; -1 where that is not known.</param>
/// <param name="Kind">What it is.</param>
public readonly record struct FileFacts(ulong Device, ulong Inode, long Size, FileKind Kind)
{
    private const int TmpfsMagic = 0x01021994;
    private const uint HugetlbfsMagic = 0x958458f6;
    private const int DmaBufMagic = 0x444d4142;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxBasic = 0x7ff;
    private const int RegularFile = 0x8000, TypeMask = 0xf000;
    private const int SeekEnd = 2;

    /// <summary>Asks the kernel about <paramref name="fd"/>, which stays the caller's. Allocates nothing.</summary>
    /// <exception cref="LinuxException">The number names no open file.</exception>
    public static unsafe FileFacts Of(int fd)
    {
        StatxBuffer stat;
        byte empty = 0;
        // struct statfs is below 256 bytes everywhere; its first word is f_type.
        nint* fileSystem = stackalloc nint[32];
        // SAFETY: both buffers are at least as large as the structures the kernel fills, and outlive the calls.
        if (NativeMethods.Statx(fd, &empty, AtEmptyPath, StatxBasic, &stat) != 0) throw LinuxException.Last($"statx of fd {fd}");
        if (NativeMethods.FStatFs(fd, fileSystem) != 0) throw LinuxException.Last($"fstatfs of fd {fd}");

        ulong device = PackDevice(stat.DeviceMajor, stat.DeviceMinor);
        uint magic = (uint)fileSystem[0];
        if (magic == DmaBufMagic)
            // A dma-buf's inode need not have its size; seeking to the end is the documented way to ask.
            return new FileFacts(device, stat.Inode, NativeMethods.LSeek(fd, 0, SeekEnd), FileKind.DmaBuf);
        bool regular = (stat.Mode & TypeMask) == RegularFile;
        bool inMemory = regular && magic is TmpfsMagic or HugetlbfsMagic;
        return new FileFacts(device, stat.Inode, regular && stat.Size <= long.MaxValue ? (long)stat.Size : -1,
            inMemory ? FileKind.SharedMemory : FileKind.Other);
    }

    /// <summary>The device number a device node names (st_rdev), or null where the path is no device node.</summary>
    public static unsafe ulong? DeviceNode(string path)
    {
        StatxBuffer stat;
        nint text = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            // SAFETY: text is NUL-terminated and freed after the call; stat is large enough.
            if (NativeMethods.Statx(-100, (byte*)text, 0, StatxBasic, &stat) != 0) return null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
        return (stat.Mode & TypeMask) is 0x2000 or 0x6000 ? PackDevice(stat.DeviceNodeMajor, stat.DeviceNodeMinor) : null;
    }

    /// <summary>glibc's makedev(3): the form in which Wayland sends a <c>dev_t</c>.</summary>
    public static ulong PackDevice(uint major, uint minor) =>
        ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);
}

/// <summary>Duplicates of fds.</summary>
public static class FileDescriptors
{
    private const int DupCloseOnExec = 1030;

    /// <summary>A duplicate with close-on-exec set; the caller owns it, <paramref name="fd"/> stays whose it was.</summary>
    /// <exception cref="LinuxException">Not open, or no fd number is left.</exception>
    public static SafeFileHandle Duplicate(int fd)
    {
        int copy = NativeMethods.Fcntl(fd, DupCloseOnExec, 3);
        return copy < 0 ? throw LinuxException.Last($"duplicate of fd {fd}") : new SafeFileHandle(copy, ownsHandle: true);
    }

    /// <summary>
    /// How many fds this process has open, for statistics and leak tests. Not counted are the assemblies the runtime keeps
    /// open, for it loads one whenever it first meets it.
    /// </summary>
    public static int CountOpen()
    {
        int count = -1;   // one is the listing's own
        foreach (string entry in Directory.GetFileSystemEntries("/proc/self/fd"))
            if (new FileInfo(entry).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true) count++;
        return count;
    }
}
