namespace Vdmabuf.Core.Imaging;

/// <summary>The rule a foreign image, update or cursor breaks.</summary>
public enum ImageError
{
    /// <summary>None.</summary>
    None,

    /// <summary>A width or height is not 1 to <see cref="ImageValidator.MaxSide"/>.</summary>
    SizeOutOfRange,

    /// <summary>The scanout is empty or reaches outside of its image.</summary>
    CropOutsideImage,

    /// <summary>The format is not in the table.</summary>
    UnknownFormat,

    /// <summary>The number of planes is not what the format needs, or above four.</summary>
    PlaneCountWrong,

    /// <summary>No fd came, or more than planes.</summary>
    FdCountWrong,

    /// <summary>A row does not fit in the stride, or the stride is no 32-bit number.</summary>
    StrideOutOfRange,

    /// <summary>The offset is negative or no 32-bit number.</summary>
    OffsetOutOfRange,

    /// <summary>The size of the fd is unknown, so nothing can be checked against it.</summary>
    MemorySizeUnknown,

    /// <summary>The plane reaches past the end of its fd.</summary>
    MemoryTooSmall,

    /// <summary>The bytes sent are fewer (or, where they must be exact, others) than the geometry needs.</summary>
    DataLengthWrong,

    /// <summary>An update's rectangle is empty or reaches outside of the image it updates.</summary>
    UpdateOutsideImage,

    /// <summary>A cursor is larger than <see cref="ImageValidator.MaxCursorSide"/>.</summary>
    CursorTooLarge,
}
