using System.Globalization;

namespace Vdmabuf.Benchmarks;

/// <summary>
/// Numbers, not tests: each verb prints what it measured with the machine and the method. See docs/performance.md.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, (string What, Func<int, Task> Run)> Verbs = new()
    {
        ["latency"] = ("scripted peers: update readable to commit read by the compositor, three rungs (default 100000 frames)", LatencyBenchmark.Run),
        ["buffers"] = ("scripted peers: as many buffer changes, each with a new fd; fds and memory before and after", BufferChangeBenchmark.Run),
        ["flips"] = ("real QEMU, a compositor of ours at 90 Hz: from QEMU's handling of a flip to its commit, for vdmabuf and for QEMU's own gtk window; the argument is seconds (default 20)", FlipLatencyBenchmark.Run),
        ["pixels"] = ("copying and comparing pixels against memcpy (BenchmarkDotNet)", PixelBenchmarks.Run),
        ["qemu"] = ("real QEMU 11, 60 flips a second, headless Weston at 90 Hz; the argument is seconds (default 20)", QemuBenchmark.Run),
    };

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length == 0 || !Verbs.TryGetValue(arguments[0], out (string What, Func<int, Task> Run) verb))
        {
            Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Vdmabuf.Benchmarks -- VERB [COUNT]");
            foreach ((string name, (string what, _)) in Verbs) Console.Error.WriteLine($"  {name,-8} {what}");
            return 2;
        }
        Machine.Print();
        await verb.Run(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 0).ConfigureAwait(false);
        return 0;
    }
}
