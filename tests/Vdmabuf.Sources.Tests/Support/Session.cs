using Microsoft.Win32.SafeHandles;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Qemu;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>
/// A loop, a scripted QEMU with a monitor, and a <see cref="QemuVm"/> attached to it, for one test. After each, the
/// process has the fds it had before.
/// </summary>
internal sealed class Session
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder;
    private readonly List<IDisposable> _owned = [];

    private Session(EpollLoop loop, TemporaryFolder folder)
    {
        Loop = loop;
        _folder = folder;
    }

    internal EpollLoop Loop { get; }

    internal string Socket => System.IO.Path.Combine(_folder.Path, "qmp");

    internal string Folder => _folder.Path;

    internal FakeQemu Qemu { get; private set; } = null!;

    internal FakeListener Listener => Qemu.Listener;

    internal RecordingViews Views { get; } = new();

    internal RecordingView View => Views.View;

    internal RecordingLog Log { get; } = new();

    internal QemuVm Vm { get; private set; } = null!;

    internal Task<DetachReason> Running { get; private set; } = null!;

    /// <summary>How often the VM was attached to.</summary>
    internal int Attachments { get; private set; }

    /// <summary>What the monitor's process is taken for; another one is a restarted QEMU.</summary>
    internal int Process { get; set; } = 1;

    /// <summary>Let the kernel say which process serves the monitor.</summary>
    internal bool UseRealProcesses { get; set; }

    /// <summary>Runs a test against an attached QEMU.</summary>
    internal static void Attached(Func<Session, Task> test, Action<FakeQemu>? prepare = null, int heads = 1, Action<RecordingViews>? views = null) => Bare(async session =>
    {
        views?.Invoke(session.Views);
        session.Start(prepare, heads);
        session.Attach();
        await Until(() => session.Attachments > 0 || session.Running.IsCompleted).ConfigureAwait(true);
        if (session.Running.IsCompleted) await session.Running.ConfigureAwait(true);
        foreach (FakeConsole console in session.Qemu.Consoles.Where(console => console.Listeners.Count > 0)) await console.Listener.Ready.ConfigureAwait(true);
        await test(session).ConfigureAwait(true);
    });

    /// <summary>Runs a test with nothing started, on a loop and bounded in time, and counts fds around it.</summary>
    internal static void Bare(Func<Session, Task> test)
    {
        string[] before = OpenFds();
        using (var loop = new EpollLoop())
        using (var folder = new TemporaryFolder())
        {
            var session = new Session(loop, folder);
            loop.Run(async () =>
            {
                try
                {
                    await test(session).WaitAsync(Deadline).ConfigureAwait(true);
                }
                finally
                {
                    session.Vm?.Dispose();
                    session.Qemu?.Dispose();
                    for (int i = session._owned.Count - 1; i >= 0; i--) session._owned[i].Dispose();
                    await Task.Yield();
                    Assert.DoesNotContain(session.Log.Lines, line => line.Contains("fault of this program", StringComparison.Ordinal));
                }
            });
        }
        string[] after = OpenFds();
        Assert.True(after.Length <= before.Length, $"left open: {string.Join(", ", after.Except(before))}");
    }

    /// <summary>Starts a QEMU with a monitor at <see cref="Socket"/>.</summary>
    internal FakeQemu Start(Action<FakeQemu>? prepare = null, int heads = 1)
    {
        Qemu = new FakeQemu(Loop, heads);
        Qemu.ServeMonitor(Socket);
        prepare?.Invoke(Qemu);
        return Qemu;
    }

    /// <summary>Attaches a <see cref="QemuVm"/> through the monitor, or through <paramref name="endpoint"/>.</summary>
    internal QemuVm Attach(IQemuEndpoint? endpoint = null)
    {
        Vm = new QemuVm(Loop, endpoint ?? Monitor(), Views, Log);
        Vm.Attached += () => Attachments++;
        Running = Vm.RunAsync();
        return Vm;
    }

    internal QmpEndpoint Monitor() => UseRealProcesses ? new(Loop, Socket) : new(Loop, Socket) { ProcessOf = _ => Process };

    /// <summary>Ends when the VM is attached (again).</summary>
    internal async Task NextAttachment()
    {
        int before = Attachments;
        await Until(() => Attachments > before || Running.IsCompleted).ConfigureAwait(true);
    }

    /// <summary>Waits, within bounds, for something that other code on the loop will bring about.</summary>
    internal static async Task Until(Func<bool> condition)
    {
        long end = MonotonicClock.Microseconds + 30_000_000;
        while (!condition())
        {
            Assert.True(MonotonicClock.Microseconds < end, "what was waited for did not come within 30 s");
            await Task.Delay(1).ConfigureAwait(true);
        }
    }

    /// <summary>A memfd that lives as long as the test.</summary>
    internal SafeFileHandle Memory(long size = 64 * 48 * 4) => Own(MemFd.Create("picture", size, FileSeals.None));

    internal T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>Sends a map and its first update, and gives the view's frame of it.</summary>
    internal async Task<ShownFrame> ShowMap(SafeFileHandle memory)
    {
        int before = View.Frames.Count;
        Task scanout = Listener.ScanoutMap(memory);
        Listener.UpdateMap(0, 0, 64, 48);   // in the same turn, so that no grace can end in between
        await scanout.ConfigureAwait(true);
        await Listener.Sync().ConfigureAwait(true);
        Assert.Equal(before + 1, View.Frames.Count);
        return View.Last;
    }

    /// <summary>Sockets, memory files, event objects; not the files and pipes the runtime opens as it likes (child processes).</summary>
    private static string[] OpenFds() =>
    [
        .. Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(entry => $"{System.IO.Path.GetFileName(entry)} {new FileInfo(entry).LinkTarget}")
            .Where(line => line.Contains(':', StringComparison.Ordinal) && !line.Contains("pipe:", StringComparison.Ordinal)),
    ];
}

/// <summary>A folder of its own, for sockets.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("vdmabuf-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
