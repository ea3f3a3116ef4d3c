using System.Runtime.InteropServices;
using Vdmabuf.Cli;
using Vdmabuf.Core.Loop;
using Vdmabuf.Diagnostics;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.View;

namespace Vdmabuf.Verbs;

/// <summary>Which VM to attach to.</summary>
/// <param name="QmpPath">Its monitor socket; null for a VM on a bus.</param>
/// <param name="BusAddress">The bus; null for the session bus.</param>
/// <param name="VmName">Name, UUID or bus name of the VM; null where there is one only.</param>
internal sealed record AttachTarget(string? QmpPath, string? BusAddress, string? VmName);

/// <summary><c>vdmabuf attach qemu …</c></summary>
internal static class AttachVerb
{
    internal static int Run(AttachTarget target, ViewChoices choices, StderrLogger log)
    {
        using IViewHost host = ViewHosts.Create(choices);
        return Run(target, choices, host, log);
    }

    /// <summary>The same on any host.</summary>
    internal static int Run(AttachTarget target, ViewChoices choices, IViewHost host, StderrLogger log)
    {
        try
        {
            int code = ExitCode.Failure;
            using var loop = new EpollLoop();
            loop.Run(async () => code = await RunAsync(loop, target, choices, host, log).ConfigureAwait(true));
            if (choices.Statistics && host.Statistics() is { } line) StandardStreams.WriteLine(line);
            return code;
        }
        catch (Exception error) when (Failures.IsExpected(error))
        {
            log.Fail(error.Message);
            return Failures.ExitCodeOf(error);
        }
    }

    private static async Task<int> RunAsync(IEventLoop loop, AttachTarget target, ViewChoices choices, IViewHost host, StderrLogger log)
    {
        // A VM that is not there is told before a compositor that is not there: the name is what the user just typed.
        if (target.QmpPath is { } path && !File.Exists(path))
        {
            log.Fail($"there is no socket {path}. Start QEMU with -display dbus,p2p=on -qmp unix:{path},server=on,wait=off, or let vdmabuf run start it");
            return ExitCode.NotFound;
        }
        if (target.QmpPath is null && await FindFaultOnBusAsync(loop, target, log).ConfigureAwait(true) is { } fault) return fault;

        await host.ConnectAsync(loop, log).ConfigureAwait(true);
        IQemuEndpoint endpoint = target.QmpPath is { } socket ? new QmpEndpoint(loop, socket) : new BusEndpoint(loop, target.BusAddress, target.VmName);
        using var show = new VmShow(loop, endpoint, host, choices.Transport, log);
        using var signals = new StopSignals(loop, (PosixSignal _) => show.Stop());
        (_, Exception? viewFailure) = await show.RunAsync().ConfigureAwait(true);
        if (viewFailure is null) return ExitCode.Success;
        log.Fail($"the compositor is gone: {viewFailure.Message}. The VM runs on");
        return ExitCode.Unavailable;
    }

    /// <summary>The exit code where the bus has no such VM, or several; null where attaching is worth a try.</summary>
    private static async Task<int?> FindFaultOnBusAsync(IEventLoop loop, AttachTarget target, StderrLogger log)
    {
        BusVm[] all = await BusEndpoint.ListAsync(loop, target.BusAddress).ConfigureAwait(true);
        string where = target.BusAddress ?? "the session bus";
        BusVm[] fitting = target.VmName is not { } name ? all : [.. all.Where(vm => vm.Name == name || vm.UniqueName == name || string.Equals(vm.Uuid, name, StringComparison.OrdinalIgnoreCase))];
        if (fitting.Length == 1) return null;
        if (all.Length == 0)
        {
            log.Fail($"no QEMU with a D-Bus display is on {where}. Start it with -display dbus{(target.BusAddress is { } address ? ",addr=" + address : "")}");
            return ExitCode.NotFound;
        }
        log.Fail(fitting.Length == 0 ? $"no VM on {where} is called \"{target.VmName}\"; there are:"
            : $"{fitting.Length} VMs {(target.VmName is null ? "are" : $"are called \"{target.VmName}\"")} on {where}; choose one with --vm NAME, UUID or bus name:");
        foreach (BusVm vm in fitting.Length == 0 ? all : fitting) StandardStreams.WriteErrorLine("  " + ListVerb.Describe(vm));
        return fitting.Length == 0 ? ExitCode.NotFound : ExitCode.Usage;
    }
}
