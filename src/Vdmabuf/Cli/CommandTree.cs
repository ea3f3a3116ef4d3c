using System.CommandLine;
using Vdmabuf.Diagnostics;
using Vdmabuf.Verbs;

namespace Vdmabuf.Cli;

/// <summary>The verbs and their options. Only the verb that is asked for is built: a command line is parsed once.</summary>
internal static class CommandTree
{
    private static readonly string[] s_verbs = ["run", "attach", "list", "doctor"];

    /// <summary>The tree; with only <paramref name="verb"/> in it where that is one.</summary>
    internal static RootCommand Build(string? verb)
    {
        var root = new RootCommand("Shows the screens of virtual machines as Wayland windows, without copying a pixel.");
        var log = new LogOptions();
        log.AddTo(root);
        foreach (string name in verb is not null && Array.IndexOf(s_verbs, verb) >= 0 ? [verb] : s_verbs)
        {
            root.Subcommands.Add(name switch
            {
                "run" => Run(log),
                "attach" => Attach(log),
                "list" => List(log),
                _ => Doctor(log),
            });
        }
        return root;
    }

    private static Command Run(LogOptions log)
    {
        var command = new Command("run", "Start QEMU with what its display needs, and show it: vdmabuf run [options] -- qemu-system-x86_64 ARGS…");
        var qemu = new Argument<string[]>("qemu") { Description = "QEMU and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var view = new ViewOptions();
        view.AddTo(command);
        command.Arguments.Add(qemu);
        command.SetAction(result => RunVerb.Run(result.GetValue(qemu)!, view.Read(result), new StderrLogger(log.Read(result))));
        return command;
    }

    private static Command Attach(LogOptions log)
    {
        var command = new Command("attach", "Show a VM that runs already.");
        var qemu = new Command("qemu", "A QEMU 7.0 or newer with -display dbus: by its monitor socket (p2p=on) or on a bus.");
        var qmp = new Option<string>("--qmp") { Description = "The socket of QEMU's -qmp unix:PATH,server=on,wait=off.", HelpName = "PATH" };
        var bus = new Option<string>("--bus") { Description = "The D-Bus address; without one, the session bus.", HelpName = "ADDRESS", Arity = ArgumentArity.ZeroOrOne };
        var vm = new Option<string>("--vm") { Description = "The VM's name, UUID or bus name, where a bus has several.", HelpName = "NAME" };
        var view = new ViewOptions();
        qemu.Options.Add(qmp);
        qemu.Options.Add(bus);
        qemu.Options.Add(vm);
        view.AddTo(qemu);
        qemu.Validators.Add(result =>
        {
            if (result.GetResult(qmp) is null == result.GetResult(bus) is null) result.AddError("Name exactly one of --qmp PATH and --bus [ADDRESS].");
            else if (result.GetResult(vm) is not null && result.GetResult(bus) is null) result.AddError("--vm chooses among the VMs of a --bus; a monitor socket has only one.");
        });
        qemu.SetAction(result => AttachVerb.Run(
            new AttachTarget(result.GetValue(qmp), result.GetValue(bus), result.GetValue(vm)), view.Read(result), new StderrLogger(log.Read(result))));
        command.Subcommands.Add(qemu);
        return command;
    }

    private static Command List(LogOptions log)
    {
        var command = new Command("list", "List the QEMU VMs with a display on a bus.");
        var bus = new Option<string>("--bus") { Description = "The D-Bus address (default: the session bus).", HelpName = "ADDRESS" };
        var json = new Option<bool>("--json") { Description = "As one JSON object." };
        command.Options.Add(bus);
        command.Options.Add(json);
        command.SetAction(result => ListVerb.Run(result.GetValue(bus), result.GetValue(json), new StderrLogger(log.Read(result))));
        return command;
    }

    private static Command Doctor(LogOptions log)
    {
        var command = new Command("doctor", "Tell what of this machine works, and how to mend what does not.");
        var json = new Option<bool>("--json") { Description = "As one JSON object." };
        command.Options.Add(json);
        command.SetAction(result => DoctorVerb.Run(result.GetValue(json), new StderrLogger(log.Read(result))));
        return command;
    }
}
