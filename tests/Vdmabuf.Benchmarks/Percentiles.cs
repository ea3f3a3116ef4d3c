namespace Vdmabuf.Benchmarks;

/// <summary>A fixed number of durations, and what is said of them.</summary>
internal sealed class Percentiles(int capacity)
{
    private readonly long[] _nanoseconds = new long[capacity];
    private int _count;

    internal int Count => _count;

    internal void Add(long nanoseconds) => _nanoseconds[_count++] = nanoseconds;

    internal string Describe()
    {
        if (_count == 0) return "nothing measured";
        Span<long> all = _nanoseconds.AsSpan(0, _count);
        all.Sort();
        return $"p50 {At(all, 0.50):0.0} us, p90 {At(all, 0.90):0.0} us, p99 {At(all, 0.99):0.0} us, p99.9 {At(all, 0.999):0.0} us, max {all[^1] / 1000.0:0.0} us";
    }

    private static double At(ReadOnlySpan<long> sorted, double part) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)] / 1000.0;
}
