using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.Compositor.Wire;

/// <summary>Anonymous files: keymaps, format tables and the tests' stand-ins for dma-bufs.</summary>
public static class Memfd
{
    private const uint CloexecAllowSealing = 3;

    /// <summary>A new memfd holding these bytes. The caller owns it.</summary>
    // SAFETY: the name is a terminated byte string pinned for the call.
    public static unsafe SafeFileHandle Create(string name, ReadOnlySpan<byte> content)
    {
        byte[] text = Encoding.UTF8.GetBytes(name + '\0');
        int fd;
        fixed (byte* p = text)
            fd = Libc.MemfdCreate(p, CloexecAllowSealing);
        if (fd < 0)
            throw Libc.Failure("memfd_create");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        RandomAccess.SetLength(handle, content.Length);
        RandomAccess.Write(handle, content, 0);
        return handle;
    }
}
