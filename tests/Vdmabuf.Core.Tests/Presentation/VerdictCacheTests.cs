using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Presentation;

namespace Vdmabuf.Core.Tests.Presentation;

public class VerdictCacheTests
{
    private static ImportKind Kind(uint stride) => new(0xe280, DrmFourcc.Xrgb8888, DrmModifier.Linear, stride);

    [Fact]
    public void Stride_is_part_of_the_kind()
    {
        VerdictCache cache = new();

        cache.Accept(Kind(5120));
        cache.Refuse(Kind(5464), "the compositor answered failed");

        Assert.Equal(ImportVerdict.Accepted, cache.Find(Kind(5120), out string? none));
        Assert.Equal(ImportVerdict.Refused, cache.Find(Kind(5464), out string? reason));
        Assert.Equal(ImportVerdict.Unknown, cache.Find(Kind(5376), out _));
        Assert.Null(none);
        Assert.Equal("the compositor answered failed", reason);
    }

    [Fact]
    public void Later_verdict_replaces_the_earlier()
    {
        VerdictCache cache = new();
        cache.Accept(Kind(64));

        cache.Refuse(Kind(64), "failed after all");

        Assert.Equal(ImportVerdict.Refused, cache.Find(Kind(64), out _));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Full_cache_forgets_the_kind_used_longest_ago()
    {
        VerdictCache cache = new();
        for (uint i = 0; i < VerdictCache.Capacity; i++) cache.Accept(Kind(i));
        cache.Find(Kind(0), out _);

        cache.Accept(Kind(9999));

        Assert.Equal(VerdictCache.Capacity, cache.Count);
        Assert.Equal(ImportVerdict.Accepted, cache.Find(Kind(0), out _));
        Assert.Equal(ImportVerdict.Unknown, cache.Find(Kind(1), out _));
        Assert.Equal(ImportVerdict.Accepted, cache.Find(Kind(9999), out _));
    }

    [Fact]
    public void Another_main_device_forgets_everything_and_the_same_one_nothing()
    {
        VerdictCache cache = new();
        cache.SetMainDevice(1);
        cache.Accept(Kind(64));

        Assert.False(cache.SetMainDevice(1));
        Assert.Equal(1, cache.Count);
        Assert.True(cache.SetMainDevice(2));
        Assert.Equal(0, cache.Count);
    }
}
