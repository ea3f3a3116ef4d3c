using Vdmabuf.Core.Imaging;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Session;

/// <summary>The pixel formats a compositor takes in shared memory, as DRM codes. The two every one takes are always in.</summary>
internal sealed class ShmFormats
{
    private readonly HashSet<uint> _formats = [DrmFourcc.Argb8888, DrmFourcc.Xrgb8888];

    internal ShmFormats(WlShm? shm)
    {
        if (shm is not null) shm.Format += code => _formats.Add(PixelFormat.FromShmCode((uint)code));
    }

    internal bool Supports(uint fourcc) => _formats.Contains(fourcc);
}
