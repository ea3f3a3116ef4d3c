using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Scanout;

/// <summary>What kind of memory a buffer's fds name; decides where on the ladder it may start.</summary>
public enum BufferMemory
{
    /// <summary>A dma-buf: importable by a GPU.</summary>
    DmaBuf,

    /// <summary>A memfd or another shared-memory file: a wl_shm pool can be made of it without a copy.</summary>
    SharedMemory,
}

/// <summary>How a buffer is known again: the inode behind plane 0's fd plus the layout, never the fd's number.</summary>
/// <param name="Device">st_dev of plane 0's fd.</param>
/// <param name="Inode">st_ino of plane 0's fd.</param>
/// <param name="Layout">The layout; the same memory shown in another shape is another buffer.</param>
public readonly record struct BufferIdentity(ulong Device, ulong Inode, ImageLayout Layout);

/// <summary>
/// A guest's buffer on the host: layout, memory and identity. It owns its fds: one for each plane, or a single one
/// that all planes share. The source creates and disposes it; a view may use it until <see cref="Retired"/> is
/// raised, and keeps a duplicate of its own where it needs the memory longer.
/// </summary>
public sealed class GuestBuffer : IDisposable
{
    private readonly SafeFileHandle[] _fds;

    /// <summary>Takes ownership of <paramref name="fds"/> (1 to PlaneCount of them).</summary>
    /// <param name="identity">How the source knows it again.</param>
    /// <param name="memory">Kind of memory.</param>
    /// <param name="byteSize">Size of plane 0's fd in bytes, as the kernel tells it.</param>
    /// <param name="fds">The fds; planes past the last one share the last one.</param>
    public GuestBuffer(BufferIdentity identity, BufferMemory memory, long byteSize, params SafeFileHandle[] fds)
    {
        ArgumentNullException.ThrowIfNull(fds);
        if (fds.Length is 0 || fds.Length > identity.Layout.PlaneCount)
            throw new ArgumentException($"{fds.Length} fds for {identity.Layout.PlaneCount} planes", nameof(fds));
        Identity = identity;
        Memory = memory;
        ByteSize = byteSize;
        _fds = fds;
    }

    /// <summary>Raised once, when the source lets go of the buffer and before its fds are closed.</summary>
    public event Action<GuestBuffer>? Retired;

    /// <summary>How the buffer is known again.</summary>
    public BufferIdentity Identity { get; }

    /// <summary>Kind of memory.</summary>
    public BufferMemory Memory { get; }

    /// <summary>Size of plane 0's fd in bytes.</summary>
    public long ByteSize { get; }

    /// <summary>Shape of the image.</summary>
    public ImageLayout Layout => Identity.Layout;

    /// <summary>True once <see cref="Dispose"/> was called.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>The fd of a plane; owned by the buffer, valid until it is retired.</summary>
    public SafeFileHandle PlaneFd(int plane)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(plane);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(plane, Layout.PlaneCount);
        return _fds[Math.Min(plane, _fds.Length - 1)];
    }

    /// <summary>Retires the buffer and closes its fds. Only the source that made it calls this.</summary>
    public void Dispose()
    {
        if (IsRetired) return;
        IsRetired = true;
        Retired?.Invoke(this);
        foreach (SafeFileHandle fd in _fds) fd.Dispose();
    }
}
