using System.Runtime.InteropServices;

namespace Vdmabuf.Benchmarks;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    internal static void Print()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown CPU";
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        Console.WriteLine($"machine: {Environment.ProcessorCount} x {model}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, load {load} at the start");
    }
}
