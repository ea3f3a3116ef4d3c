namespace Vdmabuf.Core.Imaging;

/// <summary>
/// Why something foreign was refused, as plain numbers: a guest that floods us with nonsense costs no allocation
/// unless somebody asks for the words with <see cref="Describe"/>.
/// </summary>
/// <param name="Error">The rule that is broken.</param>
/// <param name="Plane">The plane it is about, -1 where it is about the whole.</param>
/// <param name="A">First number of the message.</param>
/// <param name="B">Second number of the message.</param>
/// <param name="C">Third number of the message.</param>
/// <param name="D">Fourth number of the message.</param>
public readonly record struct ImageRefusal(ImageError Error, int Plane = -1, long A = 0, long B = 0, long C = 0, long D = 0)
{
    /// <summary>True where nothing was refused.</summary>
    public bool IsNone => Error == ImageError.None;

    /// <summary>A sentence for the log: the values, and what to do next. Allocates.</summary>
    public string Describe() => Error switch
    {
        ImageError.None => "nothing was refused",
        ImageError.SizeOutOfRange =>
            $"the image is {A}x{B} pixels, each side must be 1 to {ImageValidator.MaxSide}; choose another mode in the guest",
        ImageError.CropOutsideImage =>
            $"the scanout of {A}x{B} pixels does not lie within its image of {C}x{D} pixels; this is a fault of the VMM or of the guest's driver",
        ImageError.UnknownFormat =>
            $"the pixel format {DrmFourcc.NameOf((uint)A)} is not known; choose a guest driver or mode with XRGB8888"
            + (A == 0 ? " (the VMM could not name the guest's format)" : ""),
        ImageError.PlaneCountWrong =>
            $"{A} planes came for {DrmFourcc.NameOf((uint)B)} with modifier 0x{C:x}, which has {D}; at most {PlaneLayouts.MaxPlanes} exist",
        ImageError.FdCountWrong => $"{A} fds came for {B} planes; there must be one for all or one for each",
        ImageError.StrideOutOfRange =>
            $"the stride of plane {Plane} is {A} bytes, a row of {B} pixels needs {C} and no more than {D} can be said",
        ImageError.OffsetOutOfRange => $"the offset of plane {Plane} is {A} bytes, it must be 0 to {B}",
        ImageError.MemorySizeUnknown =>
            $"the kernel does not tell the size of plane {Plane}'s fd, so its {A} bytes cannot be checked; the sender must pass a memfd or a dma-buf",
        ImageError.MemoryTooSmall =>
            $"plane {Plane} needs {A} bytes (offset {B}, stride {C}) and its fd has {D}; this is a fault of the VMM or of the guest's driver",
        ImageError.DataLengthWrong => $"{A} bytes of pixels came, {B} rows of {C} bytes were announced",
        ImageError.UpdateOutsideImage =>
            $"an update at {A},{B} of {C}x{D} pixels reaches outside of the current image; it is ignored until the next full frame",
        ImageError.CursorTooLarge =>
            $"the cursor is {A}x{B} pixels, each side must be 1 to {ImageValidator.MaxCursorSide}; the last one stays",
        _ => Error.ToString(),
    };

    /// <inheritdoc/>
    public override string ToString() => Describe();
}
