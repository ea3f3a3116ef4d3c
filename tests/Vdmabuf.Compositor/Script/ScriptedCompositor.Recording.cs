using System.Collections.Concurrent;

namespace Vdmabuf.Compositor;

// What was seen, and waiting for it.
public sealed partial class ScriptedCompositor
{
    private readonly object _logGate = new();
    private readonly Queue<RecordedRequest> _log = new();
    private readonly ConcurrentQueue<Finding> _violations = new();
    private readonly ConcurrentQueue<Finding> _notes = new();
    private readonly List<Waiter> _waiters = [];
    private readonly List<RequestWaiter> _requestWaiters = [];
    private long _requestCount;
    private long _commitCount;
    private long _lastReceive;

    /// <summary>Runs on the compositor's thread before each request is handled.</summary>
    public Action<RecordedRequest>? OnRequest { get; set; }

    /// <summary>Runs on the compositor's thread when a commit has taken effect, also when nothing is recorded.</summary>
    public Action<SurfaceCommit>? OnCommit { get; set; }

    /// <summary>The last <see cref="CompositorOptions.RecordLimit"/> requests.</summary>
    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_logGate)
                return _log.ToArray();
        }
    }

    /// <summary>Requests handled so far, recorded or not.</summary>
    public long RequestCount => Interlocked.Read(ref _requestCount);

    /// <summary>Commits that took effect so far.</summary>
    public long CommitCount => Interlocked.Read(ref _commitCount);

    /// <summary>What clients did against the protocol. A fatal one also ended its client with an error.</summary>
    public IReadOnlyList<Finding> Violations => _violations.ToArray();

    /// <summary>Not forbidden, but worth a look: buffers destroyed while in use, objects left at disconnect.</summary>
    public IReadOnlyList<Finding> Notes => _notes.ToArray();

    public IReadOnlyList<RecordedRequest> RequestsNamed(string interfaceName, string name) =>
        Requests.Where(r => r.Interface == interfaceName && r.Name == name).ToArray();

    /// <summary>The first matching request with an index above <paramref name="after"/>, recorded already or still to come.</summary>
    public async Task<RecordedRequest> WaitForRequestAsync(
        string interfaceName, string name, Func<RecordedRequest, bool>? predicate = null, TimeSpan? timeout = null, long after = 0)
    {
        bool Matches(RecordedRequest r) =>
            r.Index > after && r.Interface == interfaceName && r.Name == name && (predicate is null || predicate(r));
        var waiter = new RequestWaiter(Matches);
        await InvokeAsync(() =>
        {
            RecordedRequest? found = Requests.FirstOrDefault(Matches);
            if (found is null)
                _requestWaiters.Add(waiter);
            else
                waiter.Done.SetResult(found);
        }).ConfigureAwait(false);
        return await BoundedAsync(waiter.Done.Task, timeout, $"{interfaceName}.{name}", () => _requestWaiters.Remove(waiter)).ConfigureAwait(false);
    }

    /// <summary>Waits until this many commits took effect, on one surface or in all.</summary>
    public Task WaitForCommitAsync(long count, Surface? surface = null, TimeSpan? timeout = null) =>
        WaitUntilAsync(() => (surface?.CommitCount ?? _commitCount) >= count, $"commit {count} of {surface?.ToString() ?? "any surface"}", timeout);

    /// <summary>Waits for a condition, judged on the compositor's thread after each request, command and timer.</summary>
    public async Task WaitUntilAsync(Func<bool> condition, string what, TimeSpan? timeout = null)
    {
        var waiter = new Waiter(condition);
        await InvokeAsync(() => _waiters.Add(waiter)).ConfigureAwait(false);
        await BoundedAsync(waiter.Done.Task, timeout, what, () => _waiters.Remove(waiter)).ConfigureAwait(false);
    }

    public async Task<Surface> WaitForSurfaceAsync(TimeSpan? timeout = null)
    {
        await WaitUntilAsync(() => _surfaces.Length > 0, "a surface", timeout).ConfigureAwait(false);
        return _surfaces[^1];
    }

    /// <summary>The newest toplevel, once there is one.</summary>
    public async Task<Toplevel> WaitForToplevelAsync(TimeSpan? timeout = null)
    {
        Toplevel? found = null;
        await WaitUntilAsync(() => (found = _toplevels.LastOrDefault()) is not null, "a toplevel", timeout).ConfigureAwait(false);
        return found!;
    }

    /// <summary>The newest toplevel that shows a buffer, once there is one.</summary>
    public async Task<Toplevel> WaitForMappedToplevelAsync(TimeSpan? timeout = null)
    {
        Toplevel? found = null;
        await WaitUntilAsync(() => (found = _toplevels.LastOrDefault(t => t.Surface.IsMapped)) is not null, "a mapped toplevel", timeout).ConfigureAwait(false);
        return found!;
    }

    public Task WaitForDisconnectAsync(Client client, TimeSpan? timeout = null) =>
        WaitUntilAsync(() => client.IsGone, $"disconnect of {client}", timeout);

    internal void Record(Resource target, string name, object?[] args, long nanoseconds)
    {
        long index = Interlocked.Increment(ref _requestCount);
        _lastReceive = nanoseconds;
        if (Options.RecordLimit == 0 && OnRequest is null && _requestWaiters.Count == 0)
            return;
        var request = new RecordedRequest(index, nanoseconds, target.Interface, target.Id, name, args, target.Client.Number);
        if (Options.RecordLimit > 0)
        {
            lock (_logGate)
            {
                _log.Enqueue(request);
                if (_log.Count > Options.RecordLimit)
                    _log.Dequeue();
            }
        }
        OnRequest?.Invoke(request);
        foreach (RequestWaiter waiter in _requestWaiters)
        {
            if (waiter.Found is null && waiter.Matches(request))
                waiter.Found = request;
        }
    }

    internal void AfterRequest() => CheckWaiters();

    internal void CheckWaiters()
    {
        for (int i = _requestWaiters.Count - 1; i >= 0; i--)
        {
            if (_requestWaiters[i] is not { Found: { } found } waiter)
                continue;
            _requestWaiters.RemoveAt(i);
            waiter.Done.TrySetResult(found);
        }
        for (int i = _waiters.Count - 1; i >= 0; i--)
        {
            Waiter waiter = _waiters[i];
            if (!waiter.Condition())
                continue;
            _waiters.RemoveAt(i);
            waiter.Done.TrySetResult(true);
        }
    }

    internal void FailWaiters(Exception why)
    {
        foreach (RequestWaiter waiter in _requestWaiters)
            waiter.Done.TrySetException(why);
        foreach (Waiter waiter in _waiters)
            waiter.Done.TrySetException(why);
    }

    internal void Violate(Resource resource, string message) =>
        _violations.Enqueue(new Finding(_requestCount, resource.Client.Number, resource.ToString(), message));

    internal void Note(Resource resource, string message)
    {
        const int MaxNotes = 4096;
        if (_notes.Count < MaxNotes)
            _notes.Enqueue(new Finding(_requestCount, resource.Client.Number, resource.ToString(), message));
    }

    internal void Committed(Surface surface, SurfaceState state, bool attached)
    {
        long index = Interlocked.Increment(ref _commitCount);
        OnCommit?.Invoke(new SurfaceCommit(index, _lastReceive, surface, state, attached));
        FrameCommitted(surface);
    }

    private async Task<T> BoundedAsync<T>(Task<T> task, TimeSpan? timeout, string what, Action giveUp)
    {
        TimeSpan bound = timeout ?? Options.DefaultTimeout;
        try
        {
            return await task.WaitAsync(bound).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await InvokeAsync(giveUp).ConfigureAwait(false);
            string last = string.Join(Environment.NewLine, Requests.TakeLast(20));
            string violations = string.Join(Environment.NewLine, Violations);
            throw new TimeoutException($"Waited {bound} for {what}. Violations: [{violations}]. Last requests:{Environment.NewLine}{last}");
        }
    }

    private sealed class Waiter(Func<bool> condition)
    {
        public Func<bool> Condition { get; } = condition;

        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class RequestWaiter(Func<RecordedRequest, bool> matches)
    {
        public Func<RecordedRequest, bool> Matches { get; } = matches;

        public RecordedRequest? Found { get; set; }

        public TaskCompletionSource<RecordedRequest> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
