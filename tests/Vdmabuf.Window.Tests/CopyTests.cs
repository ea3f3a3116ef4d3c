using System.Runtime.InteropServices;
using FsCheck.Xunit;
using Vdmabuf.Compositor;
using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Window.Tests;

/// <summary>Pixels by value, and formats that must be converted.</summary>
public sealed class CopyTests
{
    [Fact]
    public async Task Only_the_damage_is_copied_and_the_picture_before_stays_until_the_first_write()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.ShowAsync(test.Memory(64, 32).Fill(0x00cc00));
        await test.BeginBytesAsync(100, 50);
        await test.ConfigureAsync(64, 32, ToplevelState.Activated);
        Assert.Equal(0x00cc00u, (await test.PixelsAsync()).Rgb(0, 0));
        Assert.Equal(0, test.Toplevel.XdgSurface.UnacknowledgedConfigures);

        await test.WriteAsync(new Rect(0, 0, 100, 50), 400, Pixels(100 * 50, 0x010203));
        await test.SettleAsync();
        long before = await test.InvokeAsync(() => test.View.Statistics.BytesCopied);
        await test.WriteAsync(new Rect(10, 20, 7, 3), 40, Pixels(30, 0x0a0b0c));
        await test.SettleAsync();

        Assert.Equal(100 * 50 * 4, before);
        Assert.Equal(7 * 3 * 4, await test.InvokeAsync(() => test.View.Statistics.BytesCopied) - before);
        Assert.Equal([new PixelRect(10, 20, 7, 3)], test.Surface.Current.BufferDamage);
        PixelImage image = await test.PixelsAsync();
        Assert.Equal((0x0a0b0cu, 0x010203u, 0x0a0b0cu), (image.Rgb(10, 20), image.Rgb(17, 22), image.Rgb(16, 22)));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Write_outside_of_the_image_or_without_one_is_ignored()
    {
        await using TestWindow test = await TestWindow.StartAsync();
        await test.WriteAsync(new Rect(0, 0, 4, 4), 16, Pixels(16, 1));
        await test.BeginBytesAsync(8, 8);
        await test.WriteAsync(new Rect(6, 6, 4, 4), 16, Pixels(16, 1));
        await test.SyncAsync();

        Assert.Equal(2ul, test.Source.LastDone);
        Assert.False((await test.FindToplevelAsync()).Surface.IsMapped);
    }

    [Theory]
    [InlineData(DrmFourcc.Bgrx8888, 0x11223300u, 0x332211u)]
    [InlineData(DrmFourcc.Rgbx8888, 0x11223300u, 0x112233u)]
    [InlineData(DrmFourcc.Xrgb1555, 0x7c1fu, 0xff00ffu)]
    [InlineData(DrmFourcc.Rgb888, 0x112233u, 0x112233u)]
    [InlineData(DrmFourcc.Bgr888, 0x112233u, 0x332211u)]
    public async Task Memory_of_a_format_unknown_to_wl_shm_is_converted(uint fourcc, uint word, uint rgb)
    {
        await using TestWindow test = await TestWindow.StartAsync();

        await test.ShowAsync(test.Memory(33, 17, fourcc, stride: 140, offset: 12).Fill(word));

        PixelImage image = await test.PixelsAsync();
        Assert.Equal(Fourcc.Xrgb8888, image.Format);
        Assert.All(Enumerable.Range(0, 33 * 17), i => Assert.Equal(rgb, image.Rgb(i % 33, i / 33)));
        Assert.Equal("copy", await test.InvokeAsync(() => test.View.RungName));
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Rgb565_is_passed_on_where_it_is_known_and_converted_where_not()
    {
        await using TestWindow known = await TestWindow.StartAsync();
        await known.ShowAsync(known.Memory(32, 16, DrmFourcc.Rgb565).Fill(0xf81f));
        Assert.Equal(Fourcc.Rgb565, known.Surface.Current.Buffer!.Format);

        await using TestWindow unknown = await TestWindow.StartAsync(new CompositorOptions { ShmFormats = [Fourcc.Argb8888, Fourcc.Xrgb8888] });
        await unknown.ShowAsync(unknown.Memory(32, 16, DrmFourcc.Rgb565).Fill(0xf81f));
        Assert.Equal(0xff00ffu, (await unknown.PixelsAsync()).Rgb(31, 15));
        Assert.Empty(unknown.Compositor.Violations);
    }

    [Fact]
    public async Task Late_releases_cost_four_slots_at_the_most_and_old_images_wait_for_theirs()
    {
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { ShmRelease = ReleasePolicy.Manual });
        await test.BeginBytesAsync(16, 16);
        for (uint i = 1; i <= 12; i++)
        {
            await test.WriteAsync(new Rect(0, 0, 16, 16), 64, Pixels(256, i));
            await test.MapAsync();
            await test.SettleAsync();
        }
        Assert.Equal(4, test.Compositor.RequestsNamed("wl_shm_pool", "create_buffer").Count);
        Assert.Equal(12u, (await test.PixelsAsync()).Rgb(8, 8));

        await test.BeginBytesAsync(20, 20);
        await test.WriteAsync(new Rect(0, 0, 20, 20), 80, Pixels(400, 99));
        await test.SettleAsync();
        Assert.Empty(test.Compositor.RequestsNamed("wl_buffer", "destroy"));
        await test.Compositor.ReleaseAllAsync();
        await test.SyncAsync();
        Assert.Equal(4, test.Compositor.RequestsNamed("wl_buffer", "destroy").Count);
        Assert.DoesNotContain(test.Compositor.Notes, note => note.Message.Contains("before its release", StringComparison.Ordinal));
        Assert.Empty(test.Compositor.Violations);
    }

    [Property(MaxTest = 12)]
    public void Random_writes_under_random_releases_give_the_model_image(int seed) => RandomWritesAsync(seed).GetAwaiter().GetResult();

    [Fact]
    public async Task Compared_frames_damage_only_what_changed_and_a_shrunk_file_does_no_harm()
    {
        await using TestWindow test = await TestWindow.StartAsync(settings: new Core.Settings.ViewSettings { CompareFrames = true });
        GuestMemory a = test.Memory(256, 64).Fill(0x010101), b = test.Memory(256, 64).Fill(0x010101);
        await test.ShowAsync(a);
        await test.ShowAsync(b);
        await test.ShowAsync(a);
        b.FillRect(new Rect(130, 20, 3, 2), 0xffffff);

        await test.ShowAsync(b);

        Assert.Equal([new PixelRect(128, 20, 64, 2)], test.Surface.Current.BufferDamage);
        Assert.Equal(0xffffffu, (await test.PixelsAsync()).Rgb(132, 21));
        await test.ShowAsync(b);
        Assert.Empty(test.Surface.Current.BufferDamage);
        a.Shrink(4096);
        ulong serial = await test.PresentAsync(a, awaited: true);
        await test.Source.WaitForDoneAsync(serial);
        Assert.Equal(0, test.Failures);
        Assert.Empty(test.Compositor.Violations);
    }

    [Fact]
    public async Task Comparison_knows_nothing_of_rows_it_never_read()
    {
        await using TestWindow test = await TestWindow.StartAsync(settings: new Core.Settings.ViewSettings { CompareFrames = true });
        GuestMemory guest = test.Memory(64, 64).Fill(0xffffff);
        await test.ShowAsync(guest);
        await test.ShowAsync(guest, new Rect(0, 0, 64, 8));
        guest.FillRect(new Rect(0, 32, 64, 16), 0);

        await test.ShowAsync(guest, new Rect(0, 32, 64, 16));

        Assert.Equal([new PixelRect(0, 32, 64, 16)], test.Surface.Current.BufferDamage);
    }

    private static async Task RandomWritesAsync(int seed)
    {
        var random = new Random(seed);
        var policies = new[] { ReleasePolicy.AtCommit, ReleasePolicy.AtReplacement, ReleasePolicy.Manual };
        await using TestWindow test = await TestWindow.StartAsync(new CompositorOptions { Frames = FrameMode.Immediate, ShmRelease = policies[random.Next(3)] });
        int width = random.Next(1, 60), height = random.Next(1, 40);
        uint[] model = new uint[width * height];
        await test.BeginBytesAsync(width, height);
        for (int step = 0; step < 40; step++)
        {
            if (random.Next(6) == 0) await test.Compositor.SetReleasePolicyAsync(policies[random.Next(3)], ReleasePolicy.Manual);
            if (random.Next(5) == 0) await test.Compositor.ReleaseAllAsync();
            if (random.Next(4) == 0) await test.SyncAsync();
            int x = random.Next(width), y = random.Next(height);
            Rect target = step == 0 ? new Rect(0, 0, width, height) : new Rect(x, y, random.Next(1, width - x + 1), random.Next(1, height - y + 1));
            int stride = (target.Width + random.Next(3)) * 4;
            byte[] pixels = new byte[stride * target.Height];
            random.NextBytes(pixels);
            ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(pixels);
            for (int row = 0; row < target.Height; row++)
                for (int column = 0; column < target.Width; column++)
                    model[((target.Y + row) * width) + target.X + column] = words[(row * stride / 4) + column];
            await test.WriteAsync(target, stride, pixels);
        }
        await test.MapAsync();
        await test.SettleAsync();

        Assert.Equal(MemoryMarshal.AsBytes<uint>(model).ToArray(), (await test.PixelsAsync()).Bytes);
        Assert.Empty(test.Compositor.Violations);
    }

    private static byte[] Pixels(int count, uint word)
    {
        uint[] words = new uint[count];
        Array.Fill(words, word);
        return MemoryMarshal.AsBytes<uint>(words).ToArray();
    }
}
