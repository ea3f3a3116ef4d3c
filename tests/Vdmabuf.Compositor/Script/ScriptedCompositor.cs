using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Protocol;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>
/// A Wayland compositor for tests: advertises what it is told, records every request, and does what the script says.
/// Everything runs on one thread of its own; every public member may be used from any thread, and the returned tasks
/// complete when the thread has done the work.
/// </summary>
/// <example>
/// <code>
/// await using var compositor = new ScriptedCompositor(new CompositorOptions { FirstConfigureSize = (800, 600) });
/// compositor.ImportPolicy = import => ImportVerdict.Hold;
/// Start(program, WAYLAND_DISPLAY: compositor.SocketPath);
/// DmabufImport import = await compositor.WaitForHeldImportAsync();
/// await compositor.DecideAsync(import, ImportVerdict.Accept);
/// Toplevel window = await compositor.WaitForMappedToplevelAsync();
/// PixelImage picture = await compositor.ReadPixelsAsync(window.Surface);
/// await compositor.CloseAsync(window);
/// Assert.Empty(compositor.Violations);
/// </code>
/// </example>
public sealed partial class ScriptedCompositor : IAsyncDisposable
{
    private readonly CompositorThread _thread;
    private readonly SafeFileHandle _listener;
    private readonly List<Global> _globals = [];
    private volatile Client[] _clients = [];
    private int _clientCount;
    private uint _lastGlobalName;
    private uint _lastSerial;

    public ScriptedCompositor(CompositorOptions? options = null)
    {
        Options = options ?? new CompositorOptions();
        Protocols = ProtocolLibrary.Load(Options.ProtocolFolder ?? ProtocolLibrary.FindProjectFolder());
        _frames = Options.Frames;
        _presentation = Options.Presentation;
        (_shmRelease, _dmabufRelease) = (Options.ShmRelease, Options.DmabufRelease);
        DmabufFeedback = Options.Dmabuf;
        DecorationPolicy = Options.Decoration;
        AutomaticFirstConfigure = Options.AutomaticFirstConfigure;
        Keymap = Options.Keymap ?? TestKeymap.Text;
        Seat = new Seat(this);
        foreach ((string name, uint version) in Options.Globals)
        {
            if (name != "wl_output")
                AdvertiseCore(name, Math.Min(version, Protocols[name].Version), null);
            else
            {
                foreach (OutputState output in Options.Outputs)
                    AdvertiseCore(name, Math.Min(version, Protocols[name].Version), output);
            }
        }
        RuntimeDirectory = Directory.CreateTempSubdirectory("vdmabuf-compositor-").FullName;
        SocketPath = Path.Combine(RuntimeDirectory, "wayland-0");
        _listener = Listen(SocketPath);
        _thread = new CompositorThread(this, _listener);
        _thread.Start();
    }

    public CompositorOptions Options { get; }

    public ProtocolLibrary Protocols { get; }

    /// <summary>Absolute path of the listening socket: fit for WAYLAND_DISPLAY.</summary>
    public string SocketPath { get; }

    /// <summary>A fresh directory with mode 0700: fit for XDG_RUNTIME_DIR. Removed at the end.</summary>
    public string RuntimeDirectory { get; }

    public Seat Seat { get; }

    /// <summary>Live connections, oldest first.</summary>
    public IReadOnlyList<Client> Clients => _clients;

    /// <summary>Connections ever made.</summary>
    public int ClientCount => _clientCount;

    internal Client[] ClientArray => _clients;

    internal IReadOnlyList<Global> Globals => _globals.Where(g => !g.IsWithdrawn).ToArray();

    /// <summary>The newest live connection.</summary>
    public Client Client => _clients.LastOrDefault() ?? throw new InvalidOperationException("No client is connected.");

    /// <summary>Client end of a new connection over a socketpair. The caller owns it.</summary>
    public async Task<SafeFileHandle> TakeClientFdAsync()
    {
        (SafeFileHandle server, SafeFileHandle client) = SocketPair();
        await InvokeAsync(() => AddClient(server)).ConfigureAwait(false);
        return client;
    }

    /// <summary>The same, for callers that cannot wait asynchronously.</summary>
    public SafeFileHandle TakeClientFd() => TakeClientFdAsync().GetAwaiter().GetResult();

    /// <summary>Runs any code on the compositor's thread: for what has no method of its own.</summary>
    public Task<T> InvokeAsync<T>(Func<T> work) => _thread.InvokeAsync(work);

    public Task InvokeAsync(Action work) => _thread.InvokeAsync(() =>
    {
        work();
        return true;
    });

    public ValueTask DisposeAsync()
    {
        _thread.Stop();
        _listener.Dispose();
        if (Directory.Exists(RuntimeDirectory))
            Directory.Delete(RuntimeDirectory, recursive: true);
        return _thread.Failure is { } failure
            ? ValueTask.FromException(new InvalidOperationException("The scripted compositor broke.", failure))
            : ValueTask.CompletedTask;
    }

    internal uint NextSerial() => ++_lastSerial;

    internal Global? FindGlobal(uint name) => _globals.FirstOrDefault(g => g.Name == name);

    internal void AddClient(SafeFileHandle socket)
    {
        var client = new Client(this, ++_clientCount, socket);
        _clients = [.. _clients, client];
    }

    internal void Forget(Client client) => _clients = _clients.Where(c => c != client).ToArray();

    internal Global AdvertiseCore(string interfaceName, uint version, OutputState? output)
    {
        if (version == 0 || version > Protocols[interfaceName].Version)
            throw new ArgumentOutOfRangeException(nameof(version), version, $"{Protocols[interfaceName]} is the most there is.");
        var global = new Global(++_lastGlobalName, interfaceName, version, output);
        _globals.Add(global);
        foreach (RegistryResource registry in _clients.SelectMany(c => c.All<RegistryResource>()))
            registry.Announce(global);
        return global;
    }

    private T[] AllResources<T>() where T : Resource => _clients.SelectMany(c => c.All<T>()).ToArray();

    // SAFETY: sockaddr_un is 110 bytes, zeroed; the path is checked to leave room for its terminator.
    private static unsafe SafeFileHandle Listen(string path)
    {
        const int AddressSize = 110;
        byte* address = stackalloc byte[AddressSize];
        new Span<byte>(address, AddressSize).Clear();
        *(ushort*)address = Libc.AfUnix;
        if (Encoding.UTF8.GetByteCount(path) > AddressSize - 3)
            throw new PathTooLongException($"{path} is too long for a socket; set TMPDIR to a shorter folder.");
        Encoding.UTF8.GetBytes(path, new Span<byte>(address + 2, AddressSize - 3));
        int fd = Libc.Socket(Libc.AfUnix, Libc.SockStream | Libc.SockCloexec | Libc.SockNonblock, 0);
        if (fd < 0)
            throw Libc.Failure("socket");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (Libc.Bind(fd, address, AddressSize) != 0 || Libc.Listen(fd, 16) != 0)
        {
            handle.Dispose();
            throw Libc.Failure($"listening on {path}");
        }
        return handle;
    }

    // SAFETY: two ints on the stack for socketpair to fill.
    private static unsafe (SafeFileHandle Server, SafeFileHandle Client) SocketPair()
    {
        int* fds = stackalloc int[2];
        if (Libc.SocketPair(Libc.AfUnix, Libc.SockStream | Libc.SockCloexec, 0, fds) != 0)
            throw Libc.Failure("socketpair");
        return (new SafeFileHandle(fds[0], ownsHandle: true), new SafeFileHandle(fds[1], ownsHandle: true));
    }
}
