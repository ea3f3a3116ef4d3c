namespace Vdmabuf.Wayland;

/// <summary>What all errors of the connection have in common.</summary>
public abstract class WaylandException : Exception
{
    private protected WaylandException(string message)
        : base(message)
    {
    }
}
