namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// Which ways of sending a picture our listener offers to QEMU: for finding out which of them is at fault, and for
/// seeing what a QEMU does that knows fewer of them. Source: QEMU D-Bus display §5.3.
/// </summary>
public enum QemuTransport
{
    /// <summary>All that we understand: dma-bufs of several planes, shared memory, and pixels by value.</summary>
    Auto,

    /// <summary>Shared memory and pixels by value.</summary>
    Map,

    /// <summary>Pixels by value, as QEMU before 8.1 sends them.</summary>
    Bytes,
}
