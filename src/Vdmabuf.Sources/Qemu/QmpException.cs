namespace Vdmabuf.Sources.Qemu;

/// <summary>QMP could not do what was asked: not reached, not QMP, or QEMU's own refusal.</summary>
public sealed class QmpException : Exception
{
    /// <summary>Creates it from a sentence that names the socket, the values and the next step.</summary>
    public QmpException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>QEMU's error class ("GenericError", "CommandNotFound", …) where QEMU itself refused.</summary>
    public string? ErrorClass { get; init; }
}
