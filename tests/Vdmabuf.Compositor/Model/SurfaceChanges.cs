namespace Vdmabuf.Compositor;

/// <summary>The part of a commit that adds up, where the rest of the state replaces: damage, callbacks, the attach itself.</summary>
internal sealed class SurfaceChanges
{
    public bool Attached { get; set; }

    public List<PixelRect> SurfaceDamage { get; } = [];

    public List<PixelRect> BufferDamage { get; } = [];

    public List<CallbackResource> Callbacks { get; } = [];

    public List<PresentationFeedback> Feedback { get; } = [];

    public void MoveTo(SurfaceChanges target)
    {
        target.Attached |= Attached;
        target.SurfaceDamage.AddRange(SurfaceDamage);
        target.BufferDamage.AddRange(BufferDamage);
        target.Callbacks.AddRange(Callbacks);
        target.Feedback.AddRange(Feedback);
        Clear();
    }

    public void Clear()
    {
        Attached = false;
        SurfaceDamage.Clear();
        BufferDamage.Clear();
        Callbacks.Clear();
        Feedback.Clear();
    }
}
