namespace Vdmabuf.Compositor;

// Globals, outputs, windows.
public sealed partial class ScriptedCompositor
{
    private readonly HashSet<Surface> _entered = [];
    private volatile Toplevel[] _toplevels = [];
    private volatile string? _lastActivationToken;

    /// <summary>Live toplevels in order of creation.</summary>
    public IReadOnlyList<Toplevel> Toplevels => _toplevels;

    /// <summary>Token of the last xdg_activation_v1.activate.</summary>
    public string? LastActivationToken => _lastActivationToken;

    public bool AutomaticFirstConfigure { get; set; }

    internal string Keymap { get; set; }

    internal DecorationMode DecorationPolicy { get; private set; }

    internal OutputState? FirstOutput => _globals.FirstOrDefault(g => g.Output is not null && !g.IsWithdrawn)?.OutputNow;

    /// <summary>A new global, told to everybody connected.</summary>
    public Task<Global> AddGlobalAsync(string interfaceName, uint version) => InvokeAsync(() => AdvertiseCore(interfaceName, version, null));

    /// <summary>A new monitor, with the version of wl_output the options name.</summary>
    public Task<Global> AddOutputAsync(OutputState output) => InvokeAsync(() =>
        AdvertiseCore("wl_output", Options.Globals.GetValueOrDefault("wl_output", Protocols["wl_output"].Version), output));

    /// <summary>global_remove; objects bound before stay usable.</summary>
    public Task RemoveGlobalAsync(Global global) => InvokeAsync(() =>
    {
        global.IsWithdrawn = true;
        foreach (RegistryResource registry in AllResources<RegistryResource>())
            registry.Withdraw(global);
    });

    /// <summary>The offered globals.</summary>
    public Task<IReadOnlyList<Global>> GlobalsAsync() => InvokeAsync(() => Globals);

    /// <summary>Another mode, scale or place for a monitor, told to everybody who bound it.</summary>
    public Task UpdateOutputAsync(Global output, OutputState state) => InvokeAsync(() =>
    {
        OutputState old = output.OutputNow ?? throw new ArgumentException($"{output.Interface} is no output.", nameof(output));
        output.OutputNow = state;
        foreach (OutputResource resource in AllResources<OutputResource>().Where(r => r.State == old))
            resource.Announce(state);
    });

    /// <summary>A configure sequence. Returns the serial the client should acknowledge.</summary>
    public Task<uint> ConfigureAsync(Toplevel toplevel, int width, int height, params ToplevelState[] states) =>
        InvokeAsync(() => toplevel.SendConfigure(width, height, states));

    /// <summary>Asks the window to close.</summary>
    public Task CloseAsync(Toplevel toplevel) => InvokeAsync(() => toplevel.Send("close"));

    /// <summary>zxdg_toplevel_decoration_v1.configure followed by a configure of the window, and the policy from now on.</summary>
    public Task SetDecorationAsync(Toplevel toplevel, DecorationMode mode) => InvokeAsync(() =>
    {
        DecorationPolicy = mode;
        if (toplevel.Decoration is not { IsDestroyed: false } decoration)
            return;
        decoration.SendMode(mode);
        toplevel.SendConfigure();
    });

    /// <summary>Sends a ping and waits for the pong.</summary>
    public async Task PingAsync(Client? client = null, TimeSpan? timeout = null)
    {
        (WmBase shell, uint serial) = await InvokeAsync(() =>
        {
            WmBase found = (client ?? Client).All<WmBase>().FirstOrDefault()
                ?? throw new InvalidOperationException("The client has not bound xdg_wm_base.");
            uint sent = NextSerial();
            found.PendingPings.Add(sent);
            found.Send("ping", sent);
            return (found, sent);
        }).ConfigureAwait(false);
        await WaitUntilAsync(() => !shell.PendingPings.Contains(serial), $"pong {serial}", timeout).ConfigureAwait(false);
    }

    /// <summary>Live shortcut inhibitors.</summary>
    public Task<IReadOnlyList<ShortcutsInhibitor>> ShortcutsInhibitorsAsync() =>
        InvokeAsync<IReadOnlyList<ShortcutsInhibitor>>(() => AllResources<ShortcutsInhibitor>().ToArray());

    public Task SetInhibitorActiveAsync(ShortcutsInhibitor inhibitor, bool active) => InvokeAsync(() => inhibitor.SetActive(active));

    internal void ToplevelCreated(Toplevel toplevel) => _toplevels = [.. _toplevels, toplevel];

    internal void ToplevelGone(Toplevel toplevel) => _toplevels = _toplevels.Where(t => t != toplevel).ToArray();

    internal void Activated(string token, Surface surface)
    {
        _lastActivationToken = token;
        if (surface.Toplevel is { } toplevel && !toplevel.States.Contains(ToplevelState.Activated) && toplevel.XdgSurface.IsConfigured)
            toplevel.SendConfigure(toplevel.ConfiguredSize.Width, toplevel.ConfiguredSize.Height, [.. toplevel.States, ToplevelState.Activated]);
    }

    /// <summary>A surface enters the first output when it is mapped and leaves when it is not.</summary>
    private void EnterOutput(Surface surface)
    {
        bool inside = _entered.Contains(surface);
        if (surface.IsMapped == inside || FirstOutput is not { } state)
            return;
        OutputResource[] outputs = surface.Client.All<OutputResource>().Where(o => o.State == state).ToArray();
        foreach (OutputResource output in outputs)
            surface.Send(surface.IsMapped ? "enter" : "leave", output.Id);
        if (surface.IsMapped)
            _entered.Add(surface);
        else
            _entered.Remove(surface);
    }
}
