using Vdmabuf.Linux.Native;

namespace Vdmabuf.Linux;

/// <summary>What a process can ask of the kernel about itself.</summary>
public static class OwnProcess
{
    /// <summary>Names the process's main thread as <c>ps</c> and <c>top</c> show it (15 bytes at the most).</summary>
    public static unsafe void SetName(ReadOnlySpan<byte> name)
    {
        byte* text = stackalloc byte[16];
        new Span<byte>(text, 16).Clear();
        name[..Math.Min(name.Length, 15)].CopyTo(new Span<byte>(text, 16));
        // SAFETY: PR_SET_NAME (15) reads a NUL-terminated string of at most 16 bytes.
        _ = NativeMethods.PrCtl(15, (nuint)text, 0, 0, 0);
    }
}
