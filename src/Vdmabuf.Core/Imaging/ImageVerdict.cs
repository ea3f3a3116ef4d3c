namespace Vdmabuf.Core.Imaging;

/// <summary>What the validator says of a foreign image: a layout to trust, or a refusal.</summary>
public readonly struct ImageVerdict
{
    private readonly ImageLayout _layout;

    internal ImageVerdict(in ImageLayout layout) => _layout = layout;

    internal ImageVerdict(in ImageRefusal refusal) => Refusal = refusal;

    /// <summary>True where the image may be used.</summary>
    public bool IsAccepted => Refusal.IsNone;

    /// <summary>Why not; <see cref="ImageError.None"/> where it may.</summary>
    public ImageRefusal Refusal { get; }

    /// <summary>The checked layout.</summary>
    /// <exception cref="InvalidOperationException">The image was refused.</exception>
    public ImageLayout Layout =>
        IsAccepted ? _layout : throw new InvalidOperationException($"a refused image has no layout: {Refusal.Describe()}");
}
