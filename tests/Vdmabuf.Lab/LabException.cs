namespace Vdmabuf.Lab;

/// <summary>A peer did not do what the test needs: it ended, did not come up in time, or answered nonsense.</summary>
public sealed class LabException : Exception
{
    public LabException(string message) : base(message) { }
    public LabException(string message, Exception inner) : base(message, inner) { }
    public LabException() { }
}
