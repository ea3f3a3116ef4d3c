using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>
/// Tells when something is created or moved into the folder of a path: how we wait for a VM's socket to come back
/// without a timer. It may tell too often, never too rarely; the caller looks for itself.
/// </summary>
public sealed class PathWatch : IDisposable
{
    private const uint CreatedOrMovedTo = 0x100 | 0x80;
    private readonly SafeFileHandle _inotify;
    private readonly IWatch _watch;
    private readonly Action _changed;

    /// <summary>Watches the folder that holds <paramref name="path"/>.</summary>
    /// <exception cref="LinuxException">The folder does not exist.</exception>
    public unsafe PathWatch(IEventLoop loop, string path, Action changed)
    {
        ArgumentNullException.ThrowIfNull(loop);
        _changed = changed;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        int fd = NativeMethods.InotifyInit(0x80000 | 0x800);
        if (fd < 0) throw LinuxException.Last("inotify_init1");
        _inotify = new SafeFileHandle(fd, true);
        int added;
        // SAFETY: the folder's name is NUL-terminated and pinned during the call.
        fixed (byte* name = Encoding.UTF8.GetBytes(folder + '\0'))
            added = NativeMethods.InotifyAddWatch(fd, name, CreatedOrMovedTo);
        if (added < 0)
        {
            LinuxException error = LinuxException.Last($"watch of {folder}");
            _inotify.Dispose();
            throw error;
        }
        _watch = loop.Watch(fd, PollEvents.Readable, OnReady);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _inotify.Dispose();
    }

    private unsafe void OnReady(PollEvents ready)
    {
        byte* buffer = stackalloc byte[4096];
        // SAFETY: reads at most 4096 bytes into a buffer of that size. What they say does not matter: the caller looks.
        while (NativeMethods.Read((int)_inotify.DangerousGetHandle(), buffer, 4096) > 0) { }
        _changed();
    }
}
