using Vdmabuf.Cli;
using Vdmabuf.Diagnostics;
using Vdmabuf.Launch;
using Vdmabuf.Linux;
using Vdmabuf.View;

namespace Vdmabuf.Verbs;

/// <summary><c>vdmabuf run -- qemu-system-x86_64 ARGS…</c></summary>
internal static class RunVerb
{
    internal static int Run(string[] command, ViewChoices choices, StderrLogger log)
    {
        using IViewHost host = ViewHosts.Create(choices);
        return Run(command, choices, host, log);
    }

    /// <summary>The same on any host.</summary>
    internal static int Run(string[] command, ViewChoices choices, IViewHost host, StderrLogger log)
    {
        if (QemuBinary.Find(command[0]) is not { } binary)
        {
            log.Fail($"{command[0]} is no program that can be run here. On Debian: apt install qemu-system-x86 (or qemu-system-arm and so on)");
            return ExitCode.NotFound;
        }
        string[] arguments = command[1..];
        try
        {
            string socket = MonitorSocket.Reserve(MonitorSocket.NameOf(new QemuArguments(arguments)), Environment.ProcessId);
            var facts = new LaunchFacts(socket, RenderNodes.FirstUsable, () => ChildProcess.MayReadAndWrite("/dev/udmabuf"), () => QemuBinary.HasOpenGl(binary));
            LaunchPlan plan = LaunchPlanner.Plan(binary, arguments, facts);
            if (plan.Fault is not null)
            {
                log.Fail(plan.Fault);
                return ExitCode.Usage;
            }
            foreach (string note in plan.Notes) log.Say(note);
            int code = ExitCode.Failure;
            using var loop = new EpollLoop();
            loop.Run(async () => code = await new RunSession(loop, host, log, socket, choices.Transport).RunAsync(binary, [.. arguments, .. plan.Added]).ConfigureAwait(true));
            if (choices.Statistics && host.Statistics() is { } line) StandardStreams.WriteLine(line);
            return code;
        }
        catch (Exception error) when (Failures.IsExpected(error))
        {
            log.Fail(error.Message);
            return Failures.ExitCodeOf(error);
        }
    }
}
