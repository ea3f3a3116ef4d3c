namespace Vdmabuf.Compositor;

/// <summary>wl_surface: pending state, committed state, role, callbacks.</summary>
public sealed class Surface : Resource
{
    private readonly List<CallbackResource> _callbacks = [];
    private readonly List<PresentationFeedback> _feedback = [];
    private readonly SurfaceChanges _changes = new();
    private readonly SurfaceChanges _cachedChanges = new();
    private SurfaceState _pending = new();
    private SurfaceState _cached = new();
    private ClientBuffer? _shown;
    private volatile SurfaceState _current = new();

    internal Surface(Client client, uint id, uint version)
        : base(client, id, "wl_surface", version)
    {
    }

    /// <summary>What the last commit that took effect left.</summary>
    public SurfaceState Current => _current;

    /// <summary>Commits that took effect.</summary>
    public int CommitCount { get; private set; }

    /// <summary>Name of the role's interface ("xdg_toplevel", "wl_subsurface", "cursor"); null without one.</summary>
    public string? Role { get; private set; }

    /// <summary>The role's object; null for a cursor.</summary>
    public Resource? RoleObject { get; private set; }

    public Toplevel? Toplevel => RoleObject as Toplevel;

    /// <summary>True while the surface has an effective buffer.</summary>
    public bool IsMapped => _current.Buffer is not null;

    /// <summary>Frame callbacks the compositor holds.</summary>
    public int WaitingFrameCallbacks => _callbacks.Count;

    public bool IsIdleInhibited { get; internal set; }

    internal XdgSurface? XdgSurface { get; set; }

    internal Viewport? Viewport { get; set; }

    internal SyncobjSurface? Syncobj { get; set; }

    internal FractionalScale? FractionalScale { get; set; }

    internal bool HasContentType { get; set; }

    internal List<Subsurface> Children { get; } = [];

    /// <summary>A committed frame that no tick has shown yet.</summary>
    internal bool NeedsTick => _callbacks.Count > 0 || _feedback.Count > 0;

    internal void Update(Func<SurfaceState, SurfaceState> change) => _pending = change(_pending);

    internal void AddFeedback(PresentationFeedback feedback) => _changes.Feedback.Add(feedback);

    /// <summary>Gives the surface its role, for good: a second, different one is a violation.</summary>
    internal void TakeRole(string role, Resource? roleObject, Func<string, ClientFault> fault)
    {
        if (Role is not null && Role != role)
            throw fault($"{this} has the role {Role} already");
        if (RoleObject is { IsDestroyed: false } && roleObject is not null)
            throw fault($"{this} has a live {RoleObject} already");
        (Role, RoleObject) = (role, roleObject);
    }

    internal void LeaveRoleObject() => RoleObject = null;

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "attach":
                Attach(args);
                break;
            case "offset":
                _pending = _pending with { OffsetX = args.Int(0), OffsetY = args.Int(1) };
                break;
            case "damage":
                AddDamage(_changes.SurfaceDamage, args, request);
                break;
            case "damage_buffer":
                AddDamage(_changes.BufferDamage, args, request);
                break;
            case "frame":
                _changes.Callbacks.Add(new CallbackResource(Client, args.Uint(0)));
                break;
            case "set_opaque_region":
                _pending = _pending with { OpaqueRegion = args.OptionalObject<Region>(0)?.Operations };
                break;
            case "set_input_region":
                _pending = _pending with { InputRegion = args.OptionalObject<Region>(0)?.Operations };
                break;
            case "set_buffer_transform":
                if (args.Int(0) is < 0 or > 7)
                    throw Fault("invalid_transform", $"{args.Int(0)}");
                _pending = _pending with { Transform = args.Int(0) };
                break;
            case "set_buffer_scale":
                if (args.Int(0) <= 0)
                    throw Fault("invalid_scale", $"{args.Int(0)}");
                _pending = _pending with { Scale = args.Int(0) };
                break;
            case "commit":
                Commit();
                break;
            case "destroy":
                if (RoleObject is { IsDestroyed: false })
                    throw Fault("defunct_role_object", $"{this} destroyed before its {RoleObject}");
                if (XdgSurface is { IsDestroyed: false })
                    throw Fault("defunct_role_object", $"{this} destroyed before its {XdgSurface}");
                break;
        }
    }

    internal override void OnDestroyed()
    {
        Compositor.SurfaceGone(this);
        DiscardFeedback();
        foreach (CallbackResource callback in _callbacks.Concat(_cachedChanges.Callbacks).Concat(_changes.Callbacks).ToArray())
            callback.Destroy();
        Show(null);
    }

    /// <summary>Applies what was committed; called late for synchronised subsurfaces.</summary>
    internal void Apply()
    {
        bool attached = _cachedChanges.Attached;
        SurfaceState state = _cached with { SurfaceDamage = _cachedChanges.SurfaceDamage.ToArray(), BufferDamage = _cachedChanges.BufferDamage.ToArray() };
        CheckViewport(state);
        // A pending buffer destroyed before the commit leaves the surface without content.
        if (attached && state.Buffer is { IsDestroyed: true })
        {
            Compositor.Violate(this, $"commit of {state.Buffer}, destroyed after its attach");
            state = state with { Buffer = null };
        }
        _current = state;
        CommitCount++;
        DiscardFeedback();
        _callbacks.AddRange(_cachedChanges.Callbacks);
        _feedback.AddRange(_cachedChanges.Feedback);
        _cachedChanges.Clear();
        if (attached)
            Show(state.Buffer);
        foreach (Subsurface child in Children.ToArray())
            child.ParentApplied();
        Compositor.Committed(this, state, attached);
    }

    /// <summary>The frame was shown: answers feedback and callbacks.</summary>
    internal void CompleteFrame(long nanoseconds, uint refreshNanoseconds, ulong sequence, bool presented)
    {
        PresentationFeedback[] feedback = _feedback.ToArray();
        _feedback.Clear();
        foreach (PresentationFeedback item in feedback)
        {
            if (presented)
                item.Presented(nanoseconds, refreshNanoseconds, sequence);
            else
                item.Discard();
        }
        CallbackResource[] callbacks = _callbacks.ToArray();
        _callbacks.Clear();
        foreach (CallbackResource callback in callbacks)
            callback.Done((uint)(nanoseconds / 1_000_000));
    }

    internal IReadOnlyList<PresentationFeedback> TakeFeedback()
    {
        PresentationFeedback[] taken = _feedback.ToArray();
        _feedback.Clear();
        return taken;
    }

    private void Attach(RequestArgs args)
    {
        if (Version >= 5 && (args.Int(1) != 0 || args.Int(2) != 0))
            throw Fault("invalid_offset", $"attach with offset {args.Int(1)},{args.Int(2)} since version 5");
        _pending = _pending with { Buffer = args.OptionalObject<ClientBuffer>(0), OffsetX = args.Int(1), OffsetY = args.Int(2) };
        _changes.Attached = true;
    }

    private void AddDamage(List<PixelRect> list, RequestArgs args, string request)
    {
        var rect = new PixelRect(args.Int(0), args.Int(1), args.Int(2), args.Int(3));
        if (rect.Width < 0 || rect.Height < 0)
            Compositor.Violate(this, $"{request} with {rect}");
        list.Add(rect);
    }

    private void Commit()
    {
        XdgSurface?.BeforeCommit(_changes.Attached && _pending.Buffer is not null);
        Syncobj?.BeforeCommit(_changes.Attached ? _pending.Buffer : null, _pending);
        _cached = _pending;
        _changes.MoveTo(_cachedChanges);
        _pending = _pending with { AcquirePoint = null, ReleasePoint = null, OffsetX = 0, OffsetY = 0 };
        if (RoleObject is Subsurface { IsSynchronized: true } subsurface)
        {
            subsurface.HasCachedCommit = true;
            return;
        }
        Apply();
        XdgSurface?.AfterCommit(_current.Buffer is not null);
    }

    private void CheckViewport(SurfaceState state)
    {
        if (state.Buffer is null)
            return;
        (int width, int height) = state.TransformedBufferSize;
        if (state.ViewportSource is { } source && Viewport is { } viewport)
        {
            if (source.X + source.Width > (double)width / state.Scale || source.Y + source.Height > (double)height / state.Scale)
                throw viewport.Fault("out_of_buffer", $"source {source} in a buffer of {width}x{height} at scale {state.Scale}");
            bool whole = source.Width == Math.Floor(source.Width) && source.Height == Math.Floor(source.Height);
            if (state.ViewportDestination is null && !whole)
                throw viewport.Fault("bad_size", $"source {source} without destination is not of whole size");
        }
        if (state.ViewportSource is null && state.ViewportDestination is null && (width % state.Scale != 0 || height % state.Scale != 0))
            throw Fault("invalid_size", $"buffer {width}x{height} is no multiple of scale {state.Scale}");
    }

    private void Show(ClientBuffer? buffer)
    {
        ClientBuffer? previous = _shown;
        buffer?.Hold();
        _shown = buffer;
        if (buffer is not null)
            buffer.IsBusy = true;
        bool explicitSync = Syncobj is { IsDestroyed: false };
        if (previous is not null)
        {
            if (previous != buffer && !explicitSync)
                Compositor.BufferReplaced(previous);
            previous.Drop();
        }
        if (buffer is not null && !explicitSync)
            Compositor.BufferCommitted(buffer);
    }

    private void DiscardFeedback()
    {
        foreach (PresentationFeedback feedback in TakeFeedback())
            feedback.Discard();
    }
}
