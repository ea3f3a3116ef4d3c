namespace Vdmabuf.Window.Presentation;

/// <summary>What a window counts, for users and for tests. Plain numbers, read on the loop's thread.</summary>
public sealed class PictureStatistics
{
    /// <summary>Frames the source presented.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames committed to the compositor; fewer where several became one.</summary>
    public long Commits { get; internal set; }

    /// <summary>Bytes our own code copied to show them: 0 on the dma-buf and shared-memory rungs.</summary>
    public long BytesCopied { get; internal set; }

    /// <summary>Bytes read to find the real damage (a setting; they are compared, and copied only to be compared with next time).</summary>
    public long BytesCompared { get; internal set; }
}
