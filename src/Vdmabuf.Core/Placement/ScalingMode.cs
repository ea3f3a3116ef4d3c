namespace Vdmabuf.Core.Placement;

/// <summary>How a guest's picture fills a window of another size.</summary>
public enum ScalingMode
{
    /// <summary>As large as fits, with the guest's aspect ratio.</summary>
    Fit,

    /// <summary>The largest whole multiple of the guest's pixels that fits; as <see cref="Fit"/> where not even one does.</summary>
    Integer,

    /// <summary>The whole window, whatever becomes of the aspect ratio.</summary>
    Stretch,
}
