namespace Vdmabuf.Core.Imaging;

/// <summary>Turns foreign numbers into an <see cref="ImageLayout"/>, or into a refusal that says what is wrong.</summary>
public static partial class ImageValidator;
