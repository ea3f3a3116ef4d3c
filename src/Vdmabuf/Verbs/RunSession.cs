using Vdmabuf.Cli;
using Vdmabuf.Core.Loop;
using Vdmabuf.Diagnostics;
using Vdmabuf.Launch;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.View;

namespace Vdmabuf.Verbs;

/// <summary>
/// One QEMU that we start and show. The windows may go before the VM does: then we only wait for its end. The VM may
/// go at any time: its exit code is ours. A VM that cannot be shown is not left behind.
/// </summary>
internal sealed class RunSession(IEventLoop loop, IViewHost host, StderrLogger log, string socket, QemuTransport transport)
{
    private static readonly TimeSpan s_untilItListens = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_untilItEnds = TimeSpan.FromSeconds(2);

    internal async Task<int> RunAsync(string binary, string[] arguments)
    {
        // First the compositor: nothing is started that could not be shown.
        await host.ConnectAsync(loop, log).ConfigureAwait(true);
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The watch stands before QEMU starts, so the socket cannot come unnoticed.
        using var watch = new PathWatch(loop, socket, () =>
        {
            if (File.Exists(socket)) created.TrySetResult();
        });
        using QemuProcess qemu = QemuProcess.Start(binary, arguments);
        using var signals = new StopSignals(loop, qemu.Forward);
        try
        {
            if (await Task.WhenAny(created.Task, qemu.Ended).ConfigureAwait(true) == created.Task)
            {
                watch.Dispose();
                await ShowAsync(qemu).ConfigureAwait(true);
            }
            else if (await qemu.Ended.ConfigureAwait(true) is not 0 and int code)
            {
                log.Fail($"QEMU ended with exit code {code} before its display was there; what it said is above. vdmabuf doctor tells whether it has a D-Bus display");
            }
            return await qemu.Ended.ConfigureAwait(true);
        }
        catch
        {
            qemu.Terminate();
            await qemu.Ended.ConfigureAwait(true);
            throw;
        }
        finally
        {
            File.Delete(socket);
        }
    }

    private async Task ShowAsync(QemuProcess qemu)
    {
        using var show = new VmShow(loop, new QmpEndpoint(loop, socket), host, transport, log);
        Task<ShowEnd> showing = AttachAsync(show, qemu);
        if (await Task.WhenAny(showing, qemu.Ended).ConfigureAwait(true) == qemu.Ended || await IsEndingAsync(showing, qemu).ConfigureAwait(true))
        {
            show.Stop();
            if (!show.WasAttached && await qemu.Ended.ConfigureAwait(true) is not 0 and int code)
                log.Fail($"QEMU ended with exit code {code} before its display could be attached; what it said is above");
            return;
        }
        (DetachReason reason, Exception? viewFailure) = await showing.ConfigureAwait(true);
        if (viewFailure is not null) log.Fail($"the compositor is gone: {viewFailure.Message}");
        if (viewFailure is not null || reason == DetachReason.ViewsClosed)
            log.Say($"the VM runs on; to see it again: vdmabuf attach qemu --qmp {socket} (Ctrl+C here ends it)");
    }

    /// <summary>
    /// Whether attaching failed only because QEMU is about to end: it refuses a command line after it made its
    /// sockets, and their loss is seen before its end is.
    /// </summary>
    private static async Task<bool> IsEndingAsync(Task<ShowEnd> showing, QemuProcess qemu)
    {
        if (showing.Exception?.InnerException is not { } error || Failures.ExitCodeOf(error) == ExitCode.Refused) return false;
        return await Task.WhenAny(qemu.Ended, Task.Delay(s_untilItEnds)).ConfigureAwait(true) == qemu.Ended;
    }

    private static async Task<ShowEnd> AttachAsync(VmShow show, QemuProcess qemu)
    {
        while (true)
        {
            try
            {
                return await show.RunAsync().ConfigureAwait(true);
            }
            catch (QmpException error) when (Failures.IsNotYetListening(error) && !qemu.Ended.IsCompleted)
            {
                await Task.Delay(s_untilItListens).ConfigureAwait(true);
            }
        }
    }
}
