using System.Globalization;

namespace Vdmabuf.Lab;

/// <summary>What /proc says of one process at one moment. Subtract two readings for a span.</summary>
/// <param name="CpuTime">User and system time of all its threads.</param>
/// <param name="ResidentBytes">VmRSS.</param>
/// <param name="PeakResidentBytes">VmHWM.</param>
/// <param name="ProportionalBytes">Pss of smaps_rollup: shared pages counted by their share.</param>
/// <param name="FileDescriptors">How many are open.</param>
/// <param name="ContextSwitches">Voluntary and involuntary, all threads: an idle process adds none.</param>
public readonly record struct ProcessStatistics(
    TimeSpan CpuTime, long ResidentBytes, long PeakResidentBytes, long ProportionalBytes, int FileDescriptors, long ContextSwitches)
{
    public static ProcessStatistics Read(int processId)
    {
        var folder = $"/proc/{processId}";
        var status = Fields($"{folder}/status");
        return new ProcessStatistics(
            ReadCpuTime(folder),
            1024 * status.GetValueOrDefault("VmRSS"),
            1024 * status.GetValueOrDefault("VmHWM"),
            1024 * Fields($"{folder}/smaps_rollup").GetValueOrDefault("Pss"),
            Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(),
            Directory.EnumerateDirectories($"{folder}/task").Sum(SwitchesOf));
    }

    private static long SwitchesOf(string thread)
    {
        try
        {
            var fields = Fields($"{thread}/status");
            return fields.GetValueOrDefault("voluntary_ctxt_switches") + fields.GetValueOrDefault("nonvoluntary_ctxt_switches");
        }
        catch (IOException)
        {
            return 0;       // a thread that ended between the listing and the reading
        }
    }

    // The command name in field 2 may hold blanks: count from its closing parenthesis. Fields 14 and 15, in ticks of 10 ms.
    private static TimeSpan ReadCpuTime(string folder)
    {
        var text = File.ReadAllText($"{folder}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (Number(fields[11]) + Number(fields[12])));
    }

    private static Dictionary<string, long> Fields(string path)
    {
        var fields = new Dictionary<string, long>();
        foreach (var line in File.ReadLines(path))
            if (line.Split(':', 2) is [var name, var value]
                && long.TryParse(value.Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var number))
                fields[name] = number;
        return fields;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
