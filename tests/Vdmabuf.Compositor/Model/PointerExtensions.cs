namespace Vdmabuf.Compositor;

/// <summary>zwp_relative_pointer_manager_v1.</summary>
internal sealed class RelativePointerManager(Client client, uint id, uint version)
    : Resource(client, id, "zwp_relative_pointer_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "get_relative_pointer")
            _ = new RelativePointer(Client, args.Uint(0), Version, args.Object<PointerResource>(1));
    }
}

/// <summary>zwp_relative_pointer_v1.</summary>
internal sealed class RelativePointer(Client client, uint id, uint version, PointerResource pointer)
    : Resource(client, id, "zwp_relative_pointer_v1", version)
{
    internal PointerResource Pointer => pointer;

    internal void Move(ulong microseconds, double dx, double dy, double rawDx, double rawDy) =>
        Send("relative_motion", (uint)(microseconds >> 32), (uint)microseconds, dx, dy, rawDx, rawDy);

    internal override void Handle(string request, RequestArgs args)
    {
    }
}

/// <summary>zwp_pointer_constraints_v1.</summary>
internal sealed class PointerConstraints(Client client, uint id, uint version) : Resource(client, id, "zwp_pointer_constraints_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request is not ("lock_pointer" or "confine_pointer"))
            return;
        Surface surface = args.Object<Surface>(1);
        _ = args.Object<PointerResource>(2);
        PointerConstraint? other = Client.All<PointerConstraint>().FirstOrDefault(c => c.Surface == surface && !c.IsDefunct);
        if (other is not null)
            throw Fault("already_constrained", $"{surface} has {other}");
        var constraint = new PointerConstraint(Client, args.Uint(0), request == "lock_pointer", Version, surface, args.OptionalObject<Region>(3)?.Operations, args.Uint(4) == 1);
        if (Compositor.Options.ActivateConstraints)
            constraint.Activate();
    }
}

/// <summary>zwp_locked_pointer_v1 or zwp_confined_pointer_v1.</summary>
public sealed class PointerConstraint : Resource
{
    internal PointerConstraint(Client client, uint id, bool locks, uint version, Surface surface, IReadOnlyList<RegionOperation>? region, bool oneShot)
        : base(client, id, locks ? "zwp_locked_pointer_v1" : "zwp_confined_pointer_v1", version)
    {
        (IsLock, Surface, Region, IsOneShot) = (locks, surface, region, oneShot);
    }

    /// <summary>True for a locked pointer, false for a confined one.</summary>
    public bool IsLock { get; }

    public Surface Surface { get; }

    public IReadOnlyList<RegionOperation>? Region { get; private set; }

    public bool IsOneShot { get; }

    public bool IsActive { get; private set; }

    /// <summary>A one-shot constraint that was deactivated stays inert.</summary>
    public bool IsDefunct { get; private set; }

    public (double X, double Y)? CursorPositionHint { get; private set; }

    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "set_cursor_position_hint")
            CursorPositionHint = (args.Fixed(0), args.Fixed(1));
        else if (request == "set_region")
            Region = args.OptionalObject<Region>(0)?.Operations;
    }

    internal void Activate()
    {
        if (IsActive || IsDefunct)
            return;
        IsActive = true;
        Send(IsLock ? "locked" : "confined");
    }

    internal void Deactivate()
    {
        if (!IsActive)
            return;
        (IsActive, IsDefunct) = (false, IsOneShot);
        Send(IsLock ? "unlocked" : "unconfined");
    }
}

/// <summary>wp_cursor_shape_manager_v1.</summary>
internal sealed class CursorShapeManager(Client client, uint id, uint version) : Resource(client, id, "wp_cursor_shape_manager_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request == "get_pointer")
            _ = new CursorShapeDevice(Client, args.Uint(0), Version);
        else if (request == "get_tablet_tool_v2")
            throw new ClientFault(Client.Display, 3, "implementation: no tablets here");
    }
}

/// <summary>wp_cursor_shape_device_v1.</summary>
internal sealed class CursorShapeDevice(Client client, uint id, uint version) : Resource(client, id, "wp_cursor_shape_device_v1", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "set_shape")
            return;
        if (args.Uint(1) is 0 or > 36)
            throw Fault("invalid_shape", $"{args.Uint(1)}");
        Compositor.Seat.CursorSet(args.Uint(0), null, 0, 0, args.Uint(1));
    }
}
