namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// How a QEMU is reached: through its monitor (a private connection) or on a bus. The two differ in how to connect
/// and in how to notice that a restarted VM is back.
/// </summary>
public interface IQemuEndpoint
{
    /// <summary>What a user would call it: the socket's path, or the bus and VM.</summary>
    string Description { get; }

    /// <summary>Connects. The caller owns the result.</summary>
    /// <exception cref="QmpException">The monitor cannot be used.</exception>
    /// <exception cref="QemuEndpointException">There is no such VM, or the name is ambiguous.</exception>
    internal Task<QemuControl> ConnectAsync();

    /// <summary>
    /// After an attachment ended: waits, without polling, until connecting is worth a try. False where another viewer
    /// took over this one's place and coming back would only push it out in turn.
    /// </summary>
    /// <param name="wasAttached">
    /// False after an attempt that failed: nobody can have taken over what was not held, so the VM is tried again.
    /// </param>
    /// <param name="cancellation">Ends the wait.</param>
    internal Task<bool> WaitForReturnAsync(bool wasAttached, CancellationToken cancellation);
}

/// <summary>The VM that was named is not there, or the name fits several.</summary>
public sealed class QemuEndpointException : Exception
{
    /// <summary>Creates it from a sentence with the names and the next step.</summary>
    public QemuEndpointException(string message) : base(message) { }
}
