using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>
/// One D-Bus connection on an event loop: to a message bus, or to a single peer over a socket. Everything happens on
/// the loop's thread and nothing blocks it.
/// <para>
/// How to use: open it, <see cref="Export"/> what the peer may call (nothing is read from the socket before the loop
/// runs again, so objects exported in the same turn are there in time), then call. The partial files: this one is the
/// life cycle, <c>.Pump</c> drives sd-bus, <c>.Calls</c> what we send, <c>.Incoming</c> what we serve, <c>.Bus</c>
/// what only a message bus has.
/// </para>
/// </summary>
public sealed partial class BusConnection : IDisposable
{
    private readonly IEventLoop _loop;
    private readonly BusHandle _handle;
    private readonly nint _bus;
    private readonly bool _onMessageBus;
    private readonly string _peer;
    private readonly Core.Loop.ITimer _timer;
    private readonly IDisposable _hook;
    private readonly TaskCompletionSource _readiness = new();
    private readonly HashSet<Registration> _registrations = [];
    private DBusDisconnectedException? _end;
    private bool _disposed;

    private BusConnection(IEventLoop loop, BusHandle handle, bool onMessageBus, string peer)
    {
        _loop = loop;
        _handle = handle;
        // The connection owns the handle and is the only one to use it: the raw pointer is valid until ReleaseNative.
        _bus = handle.DangerousGetHandle();
        _onMessageBus = onMessageBus;
        _peer = peer;
        _timer = loop.CreateTimer(OnTimer);
        _hook = loop.BeforeSleep(Pump);
        _deferred = new DeferredCalls(this);
        // A connection that ends before anybody asked for readiness is not an unobserved failure.
        _ = _readiness.Task.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>
    /// Raised exactly once, when the peer went away, refused us or broke the protocol; not upon <see cref="Dispose"/>.
    /// All pending calls have failed with the same exception before, so that code awaiting one may run first.
    /// </summary>
    public event Action<DBusDisconnectedException>? Closed;

    /// <summary>
    /// Raised when a handler threw something else than a <see cref="DBusErrorException"/>: the caller got an error
    /// reply, this tells the program.
    /// </summary>
    public event Action<Exception>? HandlerFailed;

    /// <summary>
    /// Completes when authentication (and on a bus, Hello) is done; fails with <see cref="DBusDisconnectedException"/>
    /// or, on <see cref="Dispose"/>, <see cref="ObjectDisposedException"/>. Calls made earlier wait by themselves.
    /// </summary>
    public Task Ready => _readiness.Task;

    /// <summary>Whether the connection is ready and not ended.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Our name on the message bus (":1.42"), once ready; null on a peer-to-peer connection.</summary>
    public string? UniqueName { get; private set; }

    /// <summary>
    /// Speaks to one peer over <paramref name="socket"/> as the SASL client, with the empty EXTERNAL identity (the
    /// peer takes our uid from the socket; GLib older than 2.73.3 refuses that), offering fd passing.
    /// Source: QEMU D-Bus display §5.2.
    /// </summary>
    /// <param name="loop">The loop that drives the connection.</param>
    /// <param name="socket">A connected stream socket. The connection owns it from now on, also if this throws.</param>
    public static BusConnection OpenPeer(IEventLoop loop, SafeFileHandle socket) =>
        OpenSocket(loop, socket, server: false);

    /// <summary>
    /// Speaks to one peer over <paramref name="socket"/> as the SASL server; for programs that play QEMU's part.
    /// </summary>
    /// <param name="loop">The loop that drives the connection.</param>
    /// <param name="socket">A connected stream socket. The connection owns it from now on, also if this throws.</param>
    public static BusConnection OpenPeerServer(IEventLoop loop, SafeFileHandle socket) =>
        OpenSocket(loop, socket, server: true);

    /// <summary>Connects to a message bus; Hello is sent by itself, see <see cref="Ready"/>.</summary>
    /// <param name="loop">The loop that drives the connection.</param>
    /// <param name="address">
    /// A D-Bus address ("unix:path=/run/…"); null for the session bus: DBUS_SESSION_BUS_ADDRESS, else
    /// $XDG_RUNTIME_DIR/bus.
    /// </param>
    /// <exception cref="DBusDisconnectedException">There is no such bus.</exception>
    public static BusConnection OpenBus(IEventLoop loop, string? address)
    {
        ArgumentNullException.ThrowIfNull(loop);
        address ??= SessionBusAddress.Find();
        BusHandle handle = new();
        try
        {
            nint bus = handle.DangerousGetHandle();
            int result = NativeMethods.sd_bus_set_address(bus, address);
            if (result >= 0)
                result = NativeMethods.sd_bus_set_bus_client(bus, 1);
            if (result >= 0)
                result = NativeMethods.sd_bus_negotiate_fds(bus, 1);
            if (result >= 0)
                result = NativeMethods.sd_bus_start(bus);
            if (result < 0)
            {
                throw new DBusDisconnectedException(
                    DisconnectReason.ConnectFailed,
                    $"Cannot connect to the message bus at '{address}': {Errno.Text(result)}. Is it running, and is the address right (DBUS_SESSION_BUS_ADDRESS)?");
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        return new BusConnection(loop, handle, onMessageBus: true, $"the message bus at '{address}'");
    }

    /// <summary>
    /// Closes the socket without flushing. Pending calls fail with <see cref="ObjectDisposedException"/>, calls not
    /// answered yet stay so, every registration ends. Allowed in every handler.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_end is not null)
            return; // Released already; the raw pointer is stale.
        if (_processing)
            return; // Pump finishes this as soon as sd-bus has returned.
        ReleaseNative();
        FailPending(new ObjectDisposedException(nameof(BusConnection)));
    }

    internal void Forget(Registration registration) => _registrations.Remove(registration);

    private static BusConnection OpenSocket(IEventLoop loop, SafeFileHandle socket, bool server)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(socket);
        ObjectDisposedException.ThrowIf(socket.IsClosed, socket);
        int fd = (int)socket.DangerousGetHandle();
        BusHandle? handle = null;
        try
        {
            if (!SocketKind.IsStream(fd))
            {
                // sd-bus would talk to any file.
                throw new DBusDisconnectedException(
                    DisconnectReason.ConnectFailed, $"Cannot speak D-Bus over fd {fd}: it is not a stream socket. Pass one end of a socketpair.");
            }
            handle = new BusHandle();
            nint bus = handle.DangerousGetHandle();
            Errno.ThrowIfNegative(NativeMethods.sd_bus_set_fd(bus, fd, fd), $"sd_bus_set_fd on fd {fd}");
            // From here on sd-bus closes the fd.
            socket.SetHandleAsInvalid();
            Errno.ThrowIfNegative(NativeMethods.sd_bus_negotiate_fds(bus, 1), "sd_bus_negotiate_fds");
            if (server)
            {
                byte[] id = Guid.NewGuid().ToByteArray();
                NativeMethods.Id128 serverId = new() { Low = BitConverter.ToUInt64(id), High = BitConverter.ToUInt64(id, 8) };
                Errno.ThrowIfNegative(NativeMethods.sd_bus_set_server(bus, 1, serverId), "sd_bus_set_server");
            }
            int started = NativeMethods.sd_bus_start(bus);
            if (started < 0)
            {
                throw new DBusDisconnectedException(
                    DisconnectReason.ConnectFailed,
                    $"Cannot speak D-Bus over fd {fd}: {Errno.Text(started)}. It must be a connected stream socket whose peer is alive.");
            }
        }
        catch
        {
            socket.Dispose();
            handle?.Dispose();
            throw;
        }
        return new BusConnection(
            loop, handle, onMessageBus: false, string.Create(CultureInfo.InvariantCulture, $"the D-Bus peer on fd {fd}"));
    }

    private void End(DisconnectReason reason, string message)
    {
        _end = new DBusDisconnectedException(reason, message);
        ReleaseNative();
        FailPending(_end);
        Closed?.Invoke(_end);
    }

    /// <summary>The watch goes before the fd, the slots before the bus; nothing native is touched afterwards.</summary>
    private void ReleaseNative()
    {
        IsReady = false;
        _watch?.Dispose();
        _watch = null;
        _timer.Dispose();
        _hook.Dispose();
        NativeMethods.sd_bus_close(_bus);
        _deferred.Clear();
        foreach (HeldMessage held in _held)
            held.Message.Unref();
        _held.Clear();
        foreach (Registration registration in _registrations.ToArray())
        {
            if (registration is PendingCall call)
                _failing.Add(call);
            registration.Dispose();
        }
        while (_finished.TryDequeue(out FinishedCall finished))
        {
            finished.Reply.Unref();
            _failing.Add(finished.Call);
        }
        _handle.Dispose();
    }

    private void FailPending(Exception error)
    {
        _readiness.TrySetException(error);
        foreach (SignalMatch match in _installing.ToArray())
            match.Fail(error);
        _installing.Clear();
        PendingCall[] calls = [.. _failing];
        _failing.Clear();
        foreach (PendingCall call in calls)
            call.Fail(error);
    }

    private void ThrowIfEnded()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_end is not null)
            throw new DBusDisconnectedException(_end.Reason, _end.Message);
    }
}
