using System.Runtime.InteropServices;
using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>
/// A shared mapping of memory this process may touch safely: its own memfds (sealed against shrinking) and
/// dma-bufs. Foreign files that can shrink are never mapped, for a SIGBUS would end the process: read those with
/// <see cref="RandomAccess"/>.
/// </summary>
public sealed class MappedMemory : SafeHandle
{
    private readonly nuint _length;

    private MappedMemory(nint address, nuint length) : base(-1, ownsHandle: true)
    {
        _length = length;
        SetHandle(address);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>Bytes mapped.</summary>
    public long Length => (long)_length;

    /// <summary>Maps the first <paramref name="length"/> bytes; the fd may be closed afterwards.</summary>
    /// <exception cref="LinuxException">The object cannot be mapped so.</exception>
    public static unsafe MappedMemory Map(SafeHandle fd, long length, bool writable)
    {
        ArgumentNullException.ThrowIfNull(fd);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, int.MaxValue);
        int number = (int)fd.DangerousGetHandle();
        // SAFETY: a fresh mapping at an address of the kernel's choice; owned by the handle returned.
        void* address = NativeMethods.MMap(null, (nuint)length, writable ? 3 : 1, 1, number, 0);
        GC.KeepAlive(fd);
        return (nint)address == -1 ? throw LinuxException.Last($"mmap of {length} bytes of fd {number}") : new MappedMemory((nint)address, (nuint)length);
    }

    /// <summary>The mapped bytes. The span must not outlive the handle.</summary>
    public unsafe Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            // SAFETY: the mapping is _length bytes long (at most int.MaxValue, see Map) until ReleaseHandle.
            return new Span<byte>((void*)handle, (int)_length);
        }
    }

    /// <inheritdoc/>
    // SAFETY: unmaps exactly what Map mapped, once.
    protected override unsafe bool ReleaseHandle() => NativeMethods.MUnmap((void*)handle, _length) == 0;
}
