using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Presentation;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Linux;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Window.Buffers;

/// <summary>
/// A guest's buffer as this window shows it: its rung, its wl_buffer where the rung has one, and where it stands in
/// its life. Made once per guest buffer, not per frame.
/// </summary>
internal sealed class WindowBuffer
{
    private readonly Action<GuestBuffer> _released;
    private readonly Action<WindowBuffer> _gone;
    private readonly BufferLifecycle _life = new();
    private WlBuffer? _proxy;
    private MappedMemory? _mapping;

    internal WindowBuffer(GuestBuffer guest, Action<GuestBuffer> released, Action<WindowBuffer> gone)
    {
        Guest = guest;
        _released = released;
        _gone = gone;
        guest.Retired += OnRetired;
    }

    internal GuestBuffer Guest { get; }

    /// <summary>Where on the ladder it stands; null where no rung carries it.</summary>
    internal Rung? Rung { get; set; }

    /// <summary>Why the rungs above were not taken, in words for the user.</summary>
    internal string Reason { get; set; } = "";

    internal BufferState State => _life.State;

    /// <summary>Whether it can be attached now.</summary>
    internal bool CanCommit => _life.CanCommit;

    /// <summary>False once the source let go of it, and where no rung carries it.</summary>
    internal bool IsUsable => Rung is not null && !Guest.IsRetired;

    internal WlBuffer? Proxy => _proxy;

    /// <summary>The memory mapped for reading, for a dma-buf on the copy rung; unmapped with the buffer.</summary>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    internal MappedMemory Map()
    {
        PlaneLayout plane = Guest.Layout.Planes[0];
        long needed = plane.Offset + ((long)plane.Stride * Guest.Layout.Height);
        if (needed > int.MaxValue || needed > Guest.ByteSize)
            throw new IOException($"{needed} bytes are needed, the dma-buf has {Guest.ByteSize} and 2 GiB can be mapped");
        return _mapping ??= MappedMemory.Map(Guest.PlaneFd(0), needed, writable: false);
    }

    /// <summary>The pixels were copied: the source may have the memory back.</summary>
    internal void Copied() => _released(Guest);

    /// <summary>The compositor is being asked.</summary>
    internal void ImportStarted() => Apply(BufferEvent.ImportStarted);

    /// <summary>A wl_buffer that needs no answer. The proxy belongs to this object.</summary>
    internal void ImportedAtOnce(WlBuffer proxy)
    {
        Adopt(proxy);
        Apply(BufferEvent.ImportedAtOnce);
    }

    /// <summary>The compositor's answer. The proxy belongs to this object, also where nobody wants it any more.</summary>
    internal void ImportSucceeded(WlBuffer proxy)
    {
        if (_life.State == BufferState.Destroyed)
        {
            // The window was closed while the compositor thought.
            proxy.Dispose();
            return;
        }
        Adopt(proxy);
        Apply(BufferEvent.ImportSucceeded);
    }

    internal void ImportFailed()
    {
        if (_life.State != BufferState.Destroyed) Apply(BufferEvent.ImportFailed);
    }

    internal void Committed() => Apply(BufferEvent.Committed);

    /// <summary>The window goes: the compositor reads nothing of it any more.</summary>
    internal void Drop()
    {
        Guest.Retired -= OnRetired;
        if (_life.State != BufferState.Destroyed) Apply(BufferEvent.ConnectionLost);
    }

    private void Adopt(WlBuffer proxy)
    {
        _proxy = proxy;
        proxy.Release += OnRelease;
    }

    private void OnRelease() => Apply(BufferEvent.CompositorReleased);

    private void OnRetired(GuestBuffer _) => Apply(BufferEvent.SourceRetired);

    private void Apply(BufferEvent happened)
    {
        BufferActions actions = _life.Apply(happened);
        if ((actions & BufferActions.ReportRelease) != 0) _released(Guest);
        if ((actions & BufferActions.DestroyBuffer) != 0)
        {
            _proxy?.Dispose();
            _proxy = null;
        }
        if (_life.State == BufferState.Destroyed || Guest.IsRetired) Forget();
    }

    private void Forget()
    {
        Guest.Retired -= OnRetired;
        _mapping?.Dispose();
        _mapping = null;
        _gone(this);
    }
}
