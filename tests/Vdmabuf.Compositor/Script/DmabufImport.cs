using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>What the compositor answers to a dma-buf import.</summary>
public enum ImportVerdict
{
    /// <summary>created, or nothing for create_immed.</summary>
    Accept,

    /// <summary>failed.</summary>
    Fail,

    /// <summary>A fatal error (invalid_wl_buffer).</summary>
    ProtocolError,

    /// <summary>No answer until the script decides; only for create.</summary>
    Hold,
}

/// <summary>One plane of an import.</summary>
public sealed record DmabufPlane(ReceivedFd File, uint Offset, uint Stride);

/// <summary>A dma-buf the client asks to import. Owns the planes' descriptors until it is decided.</summary>
public sealed class DmabufImport
{
    private SafeFileHandle[]? _files;

    internal DmabufImport(DmabufParams parameters, uint bufferId, int width, int height, uint format, ulong modifier, uint flags, IReadOnlyList<DmabufPlane> planes, SafeFileHandle[] files)
    {
        Params = parameters;
        BufferId = bufferId;
        Width = width;
        Height = height;
        Format = format;
        Modifier = modifier;
        Flags = flags;
        Planes = planes;
        _files = files;
    }

    public int Width { get; }

    public int Height { get; }

    public uint Format { get; }

    public ulong Modifier { get; }

    public uint Flags { get; }

    public IReadOnlyList<DmabufPlane> Planes { get; }

    /// <summary>True for create_immed, which real clients must not use for an unproven kind of buffer.</summary>
    public bool Immediate => BufferId != 0;

    /// <summary>The buffer, once accepted.</summary>
    public ClientBuffer? Buffer { get; internal set; }

    internal DmabufParams Params { get; }

    internal uint BufferId { get; }

    internal SafeFileHandle[] TakeFiles() =>
        Interlocked.Exchange(ref _files, null) ?? throw new InvalidOperationException("The import was decided already.");

    internal void CloseFiles()
    {
        foreach (SafeFileHandle file in Interlocked.Exchange(ref _files, null) ?? [])
            file.Dispose();
    }
}
