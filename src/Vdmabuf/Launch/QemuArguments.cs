using System.Collections.Frozen;

namespace Vdmabuf.Launch;

/// <summary>A user's QEMU arguments, told apart into options and their values as QEMU's own parser does.</summary>
internal sealed class QemuArguments
{
    // QEMU's options without a value; every other one takes the next argument, whatever that looks like.
    private static readonly FrozenSet<string> s_switches = new[]
    {
        "h", "help", "version", "snapshot", "no-fd-bootchk", "no-bootchk", "nographic", "daemonize", "S", "s",
        "no-reboot", "no-shutdown", "enable-kvm", "no-kvm", "no-hpet", "no-acpi", "usb", "full-screen", "win2k-hack",
        "rtc-td-hack", "singlestep", "preconfig", "enable-sync-profile", "no-user-config", "nodefaults", "nodefconfig",
        "mem-prealloc", "curses", "sdl", "gnome", "portrait", "semihosting", "xen-attach", "xen-domid-restrict",
        "old-param", "tdf", "alt-grab", "ctrl-grab", "no-quit", "no-frame", "localtime", "show-cursor",
        "only-migratable", "enable-fips",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly List<(string Option, string Value)> _options = [];

    internal QemuArguments(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-') continue;   // a disk image
            string name = argument[(argument[1] == '-' ? 2 : 1)..];
            if (s_switches.Contains(name)) _options.Add((name, ""));
            else _options.Add((name, ++i < arguments.Count ? arguments[i] : ""));
        }
    }

    /// <summary>Whether any of the options is there.</summary>
    internal bool Has(params ReadOnlySpan<string> names)
    {
        foreach ((string option, _) in _options)
            if (names.Contains(option)) return true;
        return false;
    }

    /// <summary>The values of an option in their order.</summary>
    internal IEnumerable<string> ValuesOf(params string[] names) => _options.Where(o => names.Contains(o.Option)).Select(o => o.Value);

    /// <summary>The last value of a key over all occurrences of an option, which is how QEMU merges them.</summary>
    internal string? Merged(string impliedKey, string key, params string[] names)
    {
        string? last = null;
        foreach (string value in ValuesOf(names)) last = new QemuOptionValue(value, impliedKey)[key] ?? last;
        return last;
    }
}
