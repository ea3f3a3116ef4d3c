using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>zwp_linux_buffer_params_v1: collects planes, then becomes one buffer or one refusal.</summary>
internal sealed class DmabufParams(Client client, uint id, uint version) : Resource(client, id, "zwp_linux_buffer_params_v1", version)
{
    private const int MaxPlanes = 4;

    private readonly (SafeFileHandle File, ReceivedFd Identity, uint Offset, uint Stride)?[] _planes = new (SafeFileHandle, ReceivedFd, uint, uint)?[MaxPlanes];
    private ulong _modifier;
    private bool _used;

    internal override void Handle(string request, RequestArgs args)
    {
        if (_used && request is "add" or "create" or "create_immed")
            throw Fault("already_used", $"{request} after the buffer was created");
        switch (request)
        {
            case "add":
                Add(args);
                break;
            case "create":
                Import(0, args.Int(0), args.Int(1), args.Uint(2), args.Uint(3));
                break;
            case "create_immed":
                Import(args.Uint(0), args.Int(1), args.Int(2), args.Uint(3), args.Uint(4));
                break;
        }
    }

    internal override void OnDestroyed()
    {
        foreach ((SafeFileHandle File, ReceivedFd, uint, uint)? plane in _planes)
            plane?.File.Dispose();
    }

    internal void Accept(DmabufImport import)
    {
        if (Client.IsGone || (IsDestroyed && !import.Immediate))
        {
            import.CloseFiles();
            return;
        }
        var planes = new List<BufferPlane>();
        foreach ((SafeFileHandle file, DmabufPlane plane) in import.TakeFiles().Zip(import.Planes))
        {
            long length = plane.File.Size > 0 ? plane.File.Size : plane.Offset + (long)plane.Stride * import.Height;
            planes.Add(new BufferPlane(SharedMapping.TryMap(file, length), plane.Offset, plane.Stride));
        }
        uint bufferId = import.Immediate ? import.BufferId : Client.AllocateServerId();
        var buffer = new ClientBuffer(Client, bufferId, BufferKind.Dmabuf, import.Width, import.Height, import.Format, import.Modifier, planes, import.Planes.Select(p => p.File).ToArray()) { Flags = import.Flags };
        import.Buffer = buffer;
        if (!import.Immediate)
            Send("created", buffer.Id);
    }

    internal void Refuse(DmabufImport import)
    {
        import.CloseFiles();
        if (import.Immediate && !Client.IsGone)
        {
            // Left to the compositor by the protocol: a buffer that shows nothing, after "failed".
            import.Buffer = new ClientBuffer(Client, import.BufferId, BufferKind.Dmabuf, import.Width, import.Height, import.Format, import.Modifier, [], []) { Flags = import.Flags };
        }
        Send("failed");
    }

    private void Add(RequestArgs args)
    {
        (uint index, uint offset, uint stride) = (args.Uint(1), args.Uint(2), args.Uint(3));
        ulong modifier = (ulong)args.Uint(4) << 32 | args.Uint(5);
        if (index >= MaxPlanes)
            throw Fault("plane_idx", $"plane {index}");
        if (_planes[index] is not null)
            throw Fault("plane_set", $"plane {index} was added already");
        if (_planes.Any(p => p is not null) && modifier != _modifier)
            Compositor.Violate(this, $"plane {index} has modifier 0x{modifier:x}, an earlier one 0x{_modifier:x}");
        _modifier = modifier;
        _planes[index] = (args.Fd(0), args.FdIdentity(0), offset, stride);
    }

    private void Import(uint bufferId, int width, int height, uint format, uint flags)
    {
        _used = true;
        int count = Array.FindLastIndex(_planes, p => p is not null) + 1;
        if (count == 0 || _planes.Take(count).Any(p => p is null))
            throw Fault("incomplete", $"{_planes.Count(p => p is not null)} planes, not starting at 0 or with a gap");
        if (width <= 0 || height <= 0)
            throw Fault("invalid_dimensions", $"{width}x{height}");
        var planes = new DmabufPlane[count];
        for (int i = 0; i < count; i++)
        {
            (_, ReceivedFd identity, uint offset, uint stride) = _planes[i]!.Value;
            long rows = i == 0 ? height : 1;
            if (identity.Size >= 0 && offset + stride * rows > identity.Size)
                throw Fault("out_of_bounds", $"plane {i}: offset {offset} + {rows} rows of {stride} in {identity.Size} bytes");
            if (i == 0 && _modifier is Fourcc.ModifierLinear or Fourcc.ModifierInvalid && count == 1 && stride < (long)width * Fourcc.BytesPerPixel(format))
                throw Fault("out_of_bounds", $"plane 0: stride {stride} is less than {width} pixels of {Fourcc.Name(format)}");
            planes[i] = new DmabufPlane(identity, offset, stride);
        }
        var files = new SafeFileHandle[count];
        for (int i = 0; i < count; i++)
        {
            files[i] = _planes[i]!.Value.File;
            _planes[i] = null;
        }
        var import = new DmabufImport(this, bufferId, width, height, format, _modifier, flags, planes, files);
        if (!Compositor.DmabufFeedback.AllFormats.Contains(new DmabufFormat(format, _modifier)))
        {
            Compositor.Note(this, $"{Fourcc.Name(format)} with modifier 0x{_modifier:x} was not offered");
            if (Compositor.Options.RefuseUnofferedFormats)
            {
                Compositor.Decide(import, ImportVerdict.Fail);
                return;
            }
        }
        Compositor.Decide(import, null);
    }
}
