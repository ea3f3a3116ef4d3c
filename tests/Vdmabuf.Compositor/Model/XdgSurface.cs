namespace Vdmabuf.Compositor;

/// <summary>xdg_surface: configure and acknowledge.</summary>
public sealed class XdgSurface : Resource
{
    private readonly List<uint> _unacknowledged = [];
    private readonly WmBase _base;
    private bool _initialCommitSeen;
    private bool _wasMapped;

    internal XdgSurface(Client client, uint id, uint version, Surface surface, WmBase wmBase)
        : base(client, id, "xdg_surface", version)
    {
        Surface = surface;
        _base = wmBase;
        surface.XdgSurface = this;
    }

    public Surface Surface { get; }

    /// <summary>True after the first acknowledge, until the surface is unmapped.</summary>
    public bool IsConfigured { get; private set; }

    public uint? LastAcknowledgedSerial { get; private set; }

    /// <summary>Configures the client has not acknowledged.</summary>
    public int UnacknowledgedConfigures => _unacknowledged.Count;

    /// <summary>Null until the client sets one.</summary>
    public PixelRect? WindowGeometry { get; private set; }

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "get_toplevel":
                if (Surface.RoleObject is { IsDestroyed: false })
                    throw Fault("already_constructed", $"{this} has {Surface.RoleObject}");
                var toplevel = new Toplevel(Client, args.Uint(0), Version, this);
                Surface.TakeRole("xdg_toplevel", toplevel, m => _base.Fault("role", m));
                Compositor.ToplevelCreated(toplevel);
                break;
            case "get_popup":
                if (Surface.RoleObject is { IsDestroyed: false })
                    throw Fault("already_constructed", $"{this} has {Surface.RoleObject}");
                Surface.TakeRole("xdg_popup", new Popup(Client, args.Uint(0), Version, this), m => _base.Fault("role", m));
                break;
            case "set_window_geometry":
                RequireRole(request);
                var geometry = new PixelRect(args.Int(0), args.Int(1), args.Int(2), args.Int(3));
                if (geometry.Width <= 0 || geometry.Height <= 0)
                    throw Fault("invalid_size", $"window geometry {geometry}");
                WindowGeometry = geometry;
                break;
            case "ack_configure":
                RequireRole(request);
                Acknowledge(args.Uint(0));
                break;
            case "destroy":
                if (Surface.RoleObject is { IsDestroyed: false })
                    throw Fault("defunct_role_object", $"{this} destroyed before its {Surface.RoleObject}");
                break;
        }
    }

    internal override void OnDestroyed()
    {
        _base.Remove(this);
        if (Surface.XdgSurface == this)
            Surface.XdgSurface = null;
    }

    /// <summary>Ends a configure sequence.</summary>
    internal uint Configure()
    {
        uint serial = Compositor.NextSerial();
        _unacknowledged.Add(serial);
        Send("configure", serial);
        return serial;
    }

    internal void BeforeCommit(bool withBuffer)
    {
        RequireRole("commit");
        if (withBuffer && !IsConfigured)
            throw Fault("unconfigured_buffer", $"{Surface} committed with a buffer before the first ack_configure");
    }

    internal void AfterCommit(bool mapped)
    {
        if (!mapped && IsConfigured && _initialCommitSeen && _wasMapped)
        {
            // Unmapped: everything starts again with the next commit.
            (IsConfigured, _initialCommitSeen, _wasMapped) = (false, false, false);
            _unacknowledged.Clear();
            return;
        }
        _wasMapped = mapped;
        if (_initialCommitSeen)
            return;
        _initialCommitSeen = true;
        if (!Compositor.AutomaticFirstConfigure)
            return;
        switch (Surface.RoleObject)
        {
            case Toplevel toplevel:
                toplevel.SendFirstConfigure();
                break;
            case Popup popup:
                popup.SendConfigure(0, 0, 100, 100);
                break;
        }
    }

    private void RequireRole(string request)
    {
        if (Surface.RoleObject is null or { IsDestroyed: true })
            throw Fault("not_constructed", $"{request} on {this} without a role object");
    }

    private void Acknowledge(uint serial)
    {
        int index = _unacknowledged.IndexOf(serial);
        if (index < 0)
            throw Fault("invalid_serial", $"ack_configure {serial}, outstanding are [{string.Join(", ", _unacknowledged)}]");
        _unacknowledged.RemoveRange(0, index + 1);
        LastAcknowledgedSerial = serial;
        IsConfigured = true;
    }
}
