using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>wl_shm.</summary>
internal sealed class ShmGlobal(Client client, uint id, uint version) : Resource(client, id, "wl_shm", version)
{
    internal void Announce()
    {
        foreach (uint format in Compositor.Options.ShmFormats)
            Send("format", Fourcc.ToShm(format));
    }

    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "create_pool")
            return;
        (uint newId, int size) = (args.Uint(0), args.Int(2));
        ReceivedFd identity = args.FdIdentity(1);
        if (size <= 0)
            throw Fault("invalid_stride", $"pool of {size} bytes");
        if (identity.Size >= 0 && identity.Size < size)
            Compositor.Violate(this, $"pool of {size} bytes over a file of {identity.Size}");
        SafeFileHandle file = args.Fd(1);
        SharedMapping memory = SharedMapping.TryMap(file, size) ?? throw Fault("invalid_fd", $"{identity} cannot be mapped");
        _ = new ShmPool(Client, newId, Version, memory, identity);
    }
}

/// <summary>wl_shm_pool.</summary>
public sealed class ShmPool : Resource
{
    private readonly SharedMapping _memory;

    internal ShmPool(Client client, uint id, uint version, SharedMapping memory, ReceivedFd file)
        : base(client, id, "wl_shm_pool", version)
    {
        _memory = memory;
        File = file;
    }

    public ReceivedFd File { get; }

    public long Size => _memory.Length;

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "create_buffer":
                CreateBuffer(args);
                break;
            case "resize":
                int size = args.Int(0);
                if (size < _memory.Length)
                    throw ShmFault("invalid_fd", $"resize from {_memory.Length} to {size} bytes: pools only grow");
                if (!_memory.TryGrow(size))
                    throw ShmFault("invalid_fd", $"{size} bytes of {File} cannot be mapped");
                break;
        }
    }

    internal override void OnDestroyed() => _memory.Release();

    private void CreateBuffer(RequestArgs args)
    {
        uint id = args.Uint(0);
        (int offset, int width, int height, int stride) = (args.Int(1), args.Int(2), args.Int(3), args.Int(4));
        uint format = Fourcc.FromShm(args.Uint(5));
        if (!Compositor.Options.ShmFormats.Contains(format))
            throw ShmFault("invalid_format", $"{Fourcc.Name(format)} (0x{format:x8}) was not offered");
        if (offset < 0 || width <= 0 || height <= 0 || stride < (long)width * Fourcc.BytesPerPixel(format)
            || offset + (long)stride * height > _memory.Length)
            throw ShmFault("invalid_stride", $"buffer {width}x{height} stride {stride} at {offset} is not inside a pool of {_memory.Length} bytes");
        _ = new ClientBuffer(Client, id, BufferKind.Shm, width, height, format, 0, [new BufferPlane(_memory.Share(), (uint)offset, (uint)stride)], [File]);
    }

    // wl_shm's errors are posted on the pool; the pool has no enum of its own.
    private ClientFault ShmFault(string error, string message) =>
        new(this, Compositor.Protocols["wl_shm"].Error(error), $"{error}: {message}");
}
