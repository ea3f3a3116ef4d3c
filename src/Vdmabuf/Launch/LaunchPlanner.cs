namespace Vdmabuf.Launch;

/// <summary>
/// Decides what a user's QEMU command line lacks for its display to be shown: a private D-Bus display, guest RAM in a
/// memfd, a monitor socket of our own. What the user said stays as it is; QEMU merges a repeated -machine, and the
/// last -display counts. Source: QEMU D-Bus display §1.
/// </summary>
internal static class LaunchPlanner
{
    private const string MemoryId = "vdmabuf-ram";

    /// <param name="binary">QEMU's file name, which tells the architecture and thereby the default machine.</param>
    /// <param name="userArguments">The arguments after it.</param>
    /// <param name="facts">The machine.</param>
    internal static LaunchPlan Plan(string binary, IReadOnlyList<string> userArguments, LaunchFacts facts)
    {
        var arguments = new QemuArguments(userArguments);
        List<string> added = [], notes = [];
        if (FindFault(arguments) is { } fault) return new LaunchPlan([], fault, notes);
        if (!arguments.Has("display")) added.AddRange(["-display", Display(arguments, facts, notes)]);
        AddMemory(Path.GetFileName(binary), arguments, added, notes);
        added.AddRange(["-qmp", $"unix:{QemuOptionValue.Escape(facts.QmpPath)},server=on,wait=off"]);
        return new LaunchPlan(added, null, notes);
    }

    private static string? FindFault(QemuArguments arguments)
    {
        if (arguments.Has("nographic", "curses", "sdl"))
            return "-nographic, -curses and -sdl replace the display that vdmabuf shows; leave them out (for the serial line alone: -serial mon:stdio)";
        if (arguments.Has("daemonize"))
            return "-daemonize takes QEMU away from vdmabuf run; start it yourself with -display dbus,p2p=on -qmp unix:PATH,server=on,wait=off and use vdmabuf attach qemu --qmp PATH";
        if (arguments.ValuesOf("display").LastOrDefault() is not { } display) return null;
        var options = new QemuOptionValue(display, "type");
        if (options["type"] != "dbus")
            return $"-display {display} is not the display that vdmabuf shows; leave it out, or write -display dbus,p2p=on";
        return options.IsOn("p2p") ? null
            : $"-display {display} puts the VM on a bus; add p2p=on, or start QEMU yourself and use vdmabuf attach qemu --bus{(options["addr"] is { } address ? ' ' + address : "")}";
    }

    private static string Display(QemuArguments arguments, LaunchFacts facts, List<string> notes)
    {
        const string plain = "dbus,p2p=on";
        GpuNeed need = GpuNeed.None;
        foreach (string device in arguments.ValuesOf("device", "vga")) need = (GpuNeed)Math.Max((int)need, (int)GpuDevice.NeedOf(device));
        if (need == GpuNeed.None) return plain;
        string what = need == GpuNeed.OpenGl ? "the GPU device needs OpenGL (gl=on)" : "blob resources are handed on as dma-bufs only with gl=on";
        if (need == GpuNeed.Blob && !facts.UdmabufUsable())
        {
            notes.Add("blob=on needs /dev/udmabuf, which this user cannot open; QEMU will refuse the device. Run vdmabuf doctor");
            return plain;
        }
        if (facts.RenderNode() is not { } node)
        {
            notes.Add($"{what}, and there is no render node in /dev/dri that this user may open; starting without. Run vdmabuf doctor");
            return plain;
        }
        if (!facts.OpenGlInBuild())
        {
            notes.Add($"{what}, and this QEMU has no OpenGL display module, or no libGL is installed; starting without. On Debian: apt install qemu-system-modules-opengl libgl1");
            return plain;
        }
        return $"{plain},gl=on,rendernode={QemuOptionValue.Escape(node)}";
    }

    private static void AddMemory(string binary, QemuArguments arguments, List<string> added, List<string> notes)
    {
        // Each of these says where guest RAM comes from, or hides it from us.
        if (arguments.Has("mem-path", "mem-prealloc", "readconfig")
            || arguments.Merged("type", "memory-backend", "machine", "M") is not null
            || arguments.ValuesOf("numa").Any(numa => new QemuOptionValue(numa, "type")["memdev"] is not null || numa.StartsWith('{')))
            return;
        string? machine = arguments.Merged("type", "type", "machine", "M");
        if (!TakesAnyMemory(binary, machine)) return;
        string? text = null;
        foreach (string value in arguments.ValuesOf("m"))
        {
            if (value.StartsWith('{')) return;
            text = new QemuOptionValue(value, "size")["size"] ?? text;
        }
        long? size = text is null ? MemorySize.QemuDefault : MemorySize.Parse(text);
        // QEMU rounds RAM to 8 KiB and then compares with the backend: only what needs no rounding is sure to fit.
        if (size is not > 0 || size % 8192 != 0)
        {
            notes.Add($"-m {text} cannot be turned into a memory backend; guest RAM stays private to QEMU, and dma-bufs of it cannot be made");
            return;
        }
        added.AddRange(["-object", $"memory-backend-memfd,id={MemoryId},size={size}B,share=on", "-machine", $"memory-backend={MemoryId}"]);
    }

    /// <summary>Boards model fixed memory and refuse a backend; these do not.</summary>
    private static bool TakesAnyMemory(string binary, string? machine) => machine is null
        ? binary is "qemu-system-x86_64" or "qemu-system-i386" or "qemu-kvm" or "kvm"
        : machine is "pc" or "q35" or "virt" or "microvm" || machine.StartsWith("pc-", StringComparison.Ordinal) || machine.StartsWith("virt-", StringComparison.Ordinal);
}
