namespace Vdmabuf.Wayland.Dmabuf;

/// <summary>A compositor described its dma-buf support in a way that makes no sense. What it said before stays in force.</summary>
public sealed class DmabufFeedbackException : WaylandException
{
    internal DmabufFeedbackException(string message)
        : base(message + "; report it to the compositor's authors")
    {
    }
}
