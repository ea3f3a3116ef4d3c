using System.Runtime.InteropServices;

namespace Vdmabuf.Wayland;

/// <summary>
/// Keeps a handle open while a request that names it is written. libwayland duplicates the fd, so that the caller
/// keeps its own. Used by generated code.
/// </summary>
public readonly ref struct WaylandFd : IDisposable
{
    private readonly SafeHandle _handle;

    /// <summary>Takes a reference on <paramref name="handle"/>.</summary>
    /// <exception cref="ArgumentException">The handle is invalid.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public WaylandFd(SafeHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        if (handle.IsInvalid && !handle.IsClosed) throw new ArgumentException("the handle holds no fd", nameof(handle));
        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
    }

    /// <summary>The fd's number.</summary>
    public int Value => (int)_handle.DangerousGetHandle();

    /// <summary>Gives the reference back.</summary>
    public void Dispose() => _handle?.DangerousRelease();
}
