using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Benchmarks;

/// <summary>The copy rung's copying and the damage comparison on a 1280x800 frame, beside memcpy of the same bytes.</summary>
[MemoryDiagnoser]
public class PixelBenchmarks
{
    private const int Width = 1280, Height = 800, Stride = Width * 4, Padded = Stride + 256;
    private readonly byte[] _from = new byte[Padded * Height], _to = new byte[Padded * Height];
    private readonly DamageRegion _damage = new();

    internal static Task Run(int _)
    {
        BenchmarkRunner.Run<PixelBenchmarks>(DefaultConfig.Instance.AddColumn(StatisticColumn.Median));
        return Task.CompletedTask;
    }

    /// <summary>Frames that differ in one place only, as guests' frames do.</summary>
    [GlobalSetup]
    public void Fill()
    {
        new Random(1).NextBytes(_from);
        _from.CopyTo(_to, 0);
    }

    /// <summary>The yardstick.</summary>
    [Benchmark(Baseline = true)]
    public void Memcpy() => _from.AsSpan(0, Stride * Height).CopyTo(_to);

    /// <summary>A whole frame without padding.</summary>
    [Benchmark]
    public long CopyWhole() => PixelCopy.Copy(new ReadOnlyPixels(_from, Stride), 0, 0, _to, Stride, Rect.Whole(Width, Height), 4);

    /// <summary>A whole frame, row by row because of padding.</summary>
    [Benchmark]
    public long CopyRows() => PixelCopy.Copy(new ReadOnlyPixels(_from, Padded), 0, 0, _to, Padded, Rect.Whole(Width, Height), 4);

    /// <summary>A quarter of the frame: what damage costs.</summary>
    [Benchmark]
    public long CopyQuarter() => PixelCopy.Copy(new ReadOnlyPixels(_from, Stride), 320, 200, _to, Stride, new Rect(320, 200, Width / 2, Height / 2), 4);

    /// <summary>Finding that nothing changed: both frames are read.</summary>
    [Benchmark]
    public bool CompareEqual()
    {
        _damage.Clear();
        return FrameComparer.Compare(new ReadOnlyPixels(_from, Stride), new ReadOnlyPixels(_from, Stride), Width, Height, 4, _damage);
    }
}
