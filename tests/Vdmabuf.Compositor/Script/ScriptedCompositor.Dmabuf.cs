namespace Vdmabuf.Compositor;

// What becomes of dma-buf imports.
public sealed partial class ScriptedCompositor
{
    private readonly List<DmabufImport> _held = [];
    private volatile Func<DmabufImport, ImportVerdict>? _importPolicy;
    private volatile DmabufImport[] _imports = [];

    /// <summary>Judges each import on the compositor's thread; null accepts all. Formats not offered never get here.</summary>
    public Func<DmabufImport, ImportVerdict>? ImportPolicy
    {
        get => _importPolicy;
        set => _importPolicy = value;
    }

    /// <summary>The last 64 imports asked for, whatever became of them.</summary>
    public IReadOnlyList<DmabufImport> Imports => _imports;

    /// <summary>What feedback objects were told last.</summary>
    public DmabufFeedback DmabufFeedback { get; private set; }

    /// <summary>Waits until an import is held, and returns the oldest such.</summary>
    public async Task<DmabufImport> WaitForHeldImportAsync(TimeSpan? timeout = null)
    {
        await WaitUntilAsync(() => _held.Count > 0, "a held import", timeout).ConfigureAwait(false);
        return await InvokeAsync(() => _held[0]).ConfigureAwait(false);
    }

    /// <summary>Decides an import that the policy held.</summary>
    public Task DecideAsync(DmabufImport import, ImportVerdict verdict) => InvokeAsync(() =>
    {
        if (!_held.Remove(import))
            throw new InvalidOperationException("The import is not held.");
        Decide(import, verdict);
    });

    /// <summary>New feedback for every live feedback object, each set with a fresh format table.</summary>
    public Task SetDmabufFeedbackAsync(DmabufFeedback feedback) => InvokeAsync(() =>
    {
        DmabufFeedback = feedback;
        foreach (DmabufFeedbackResource resource in AllResources<DmabufFeedbackResource>())
            resource.Publish(feedback);
    });

    /// <summary>The same feedback again, with fresh descriptors.</summary>
    public Task ResendDmabufFeedbackAsync() => SetDmabufFeedbackAsync(DmabufFeedback);

    /// <summary>Feedback for one surface only, which differs from the default. Returns how many objects got it.</summary>
    public Task<int> SetSurfaceFeedbackAsync(Surface surface, DmabufFeedback feedback) => InvokeAsync(() =>
    {
        DmabufFeedbackResource[] found = AllResources<DmabufFeedbackResource>().Where(r => r.Surface == surface).ToArray();
        foreach (DmabufFeedbackResource resource in found)
            resource.Publish(feedback);
        return found.Length;
    });

    internal void Decide(DmabufImport import, ImportVerdict? decided)
    {
        const int KeptImports = 64;
        if (!_imports.Contains(import))
            _imports = [.. _imports.TakeLast(KeptImports - 1), import];
        ImportVerdict verdict = decided ?? _importPolicy?.Invoke(import) ?? ImportVerdict.Accept;
        switch (verdict)
        {
            case ImportVerdict.Accept:
                import.Params.Accept(import);
                break;
            case ImportVerdict.Fail:
                import.Params.Refuse(import);
                break;
            case ImportVerdict.Hold when !import.Immediate:
                _held.Add(import);
                break;
            default:
                import.CloseFiles();
                Client client = import.Params.Client;
                client.Post(import.Params, import.Params.Spec.Error("invalid_wl_buffer"), "import refused by script");
                break;
        }
    }

    /// <summary>A vanished client's imports are nobody's any more.</summary>
    internal void DropHeldImports(Client client)
    {
        foreach (DmabufImport import in _held.Where(i => i.Params.Client == client).ToArray())
        {
            import.CloseFiles();
            _held.Remove(import);
        }
    }
}
