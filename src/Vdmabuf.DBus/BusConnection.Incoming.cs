using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <content>What we serve: exported objects, matched signals.</content>
public sealed partial class BusConnection
{
    private readonly DeferredCalls _deferred;
    private readonly HashSet<SignalMatch> _installing = [];
    private readonly SortedSet<string> _exportedPaths = new(StringComparer.Ordinal);

    /// <summary>Calls that were deferred and not answered yet.</summary>
    public int DeferredCount => _deferred.Count;

    /// <summary>
    /// How many calls may wait for a deferred answer; the next one gets the error LimitsExceeded. Each keeps its
    /// message, with bytes and fds, alive.
    /// </summary>
    public int MaxDeferred { get; set; } = 1024;

    internal IReadOnlyCollection<string> ExportedPaths => _exportedPaths;

    internal DeferredCalls Deferred => _deferred;

    /// <summary>Serves all calls to the object <paramref name="path"/> until the result is disposed.</summary>
    /// <exception cref="ArgumentException">Not an object path, or served already.</exception>
    public IDisposable Export(string path, IMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfEnded();
        if (!_exportedPaths.Add(path))
            throw new ArgumentException($"The object {path} is exported already.", nameof(path));
        ObjectExport export = new(this, path, handler);
        int result = export.AttachObject(_bus, path);
        if (result < 0)
            throw new ArgumentException($"Cannot export '{path}': {Errno.Text(result)}.", nameof(path));
        _registrations.Add(export);
        return export;
    }

    /// <summary>
    /// Receives the signals that <paramref name="rule"/> selects ("type='signal',interface='…',member='…'"). On a
    /// message bus the rule is installed there without waiting, in order with the calls made later; peer-to-peer it
    /// filters what the peer sends.
    /// </summary>
    /// <exception cref="ArgumentException">Not a match rule.</exception>
    public SignalMatch AddMatch(string rule, SignalHandler handler)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfEnded();
        SignalSubscription subscription = new(this, handler);
        SignalMatch match = new(subscription);
        subscription.Match = match;
        int result = subscription.AttachMatch(_bus, rule, _onMessageBus);
        if (result < 0)
            throw new ArgumentException($"Not a match rule: \"{rule}\" ({Errno.Text(result)}).", nameof(rule));
        _registrations.Add(subscription);
        if (_onMessageBus)
            _installing.Add(match);
        else
            match.Succeed();
        UpdateInterest();
        return match;
    }

    internal void ForgetPath(string path) => _exportedPaths.Remove(path);

    internal void ForgetInstalling(SignalMatch match) => _installing.Remove(match);

    /// <summary>Runs a handler for one call; called by sd-bus, throws nothing.</summary>
    internal void Dispatch(IMessageHandler handler, Message message)
    {
        if (_disposed)
            return;
        IncomingCall call = new(this, message);
#pragma warning disable CA1031 // No exception may cross the native caller; each becomes a reply and an event.
        try
        {
            bool handled = handler.Handle(ref call);
            if (_disposed || call.IsAnswered)
                return;
            if (handled)
                call.ReplyEmpty();
            else
                call.ReplyUnknownMethod();
        }
        catch (Exception exception)
        {
            Answer(ref call, exception);
        }
#pragma warning restore CA1031
    }

    /// <summary>Runs a signal handler; called by sd-bus, throws nothing.</summary>
    internal void Dispatch(SignalHandler handler, Message message)
    {
        if (_disposed)
            return;
#pragma warning disable CA1031 // As above.
        try
        {
            handler(new IncomingSignal(message));
        }
        catch (Exception exception)
        {
            Surface(exception);
        }
#pragma warning restore CA1031
    }

    private void Answer(ref IncomingCall call, Exception exception)
    {
        if (exception is not DBusErrorException)
            Surface(exception);
        if (_disposed || call.IsAnswered)
            return;
#pragma warning disable CA1031 // As above; an error name that is no name is the program's mistake.
        try
        {
            if (exception is DBusErrorException error)
                call.ReplyError(error.Name, error.Message);
            else
                call.ReplyError(exception is DBusFormatException ? ErrorNames.InvalidArgs : ErrorNames.Failed, exception.Message);
        }
        catch (Exception second)
        {
            Surface(second);
        }
#pragma warning restore CA1031
    }

    private void Surface(Exception exception)
    {
#pragma warning disable CA1031 // What a subscriber throws reaches the loop once sd-bus has returned.
        try
        {
            HandlerFailed?.Invoke(exception);
        }
        catch (Exception second)
        {
            Escape(second);
        }
#pragma warning restore CA1031
    }
}
