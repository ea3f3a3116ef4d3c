namespace Vdmabuf.Linux;

/// <summary>Work from other threads and from continuations; two lists that change places, so nothing is allocated per item.</summary>
internal sealed class PostedWork
{
    private readonly Lock _gate = new();
    private List<(SendOrPostCallback Work, object? State)> _incoming = [];
    private List<(SendOrPostCallback Work, object? State)> _running = [];

    internal bool HasWork
    {
        get { lock (_gate) return _incoming.Count > 0; }
    }

    internal void Add(SendOrPostCallback work, object? state)
    {
        lock (_gate) _incoming.Add((work, state));
    }

    /// <summary>Runs what is there now (not what that adds); true where there was something.</summary>
    internal bool RunAll()
    {
        lock (_gate)
        {
            if (_incoming.Count == 0) return false;
            (_incoming, _running) = (_running, _incoming);
        }
        try
        {
            foreach ((SendOrPostCallback work, object? state) in _running) work(state);
        }
        finally
        {
            _running.Clear();
        }
        return true;
    }
}
