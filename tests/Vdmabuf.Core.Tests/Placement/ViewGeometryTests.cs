using FsCheck.Xunit;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Placement;

namespace Vdmabuf.Core.Tests.Placement;

public class ViewGeometryTests
{
    [Theory]
    [InlineData(120, 1280, 800)]
    [InlineData(150, 1600, 1000)]
    [InlineData(180, 1920, 1200)]
    [InlineData(240, 2560, 1600)]
    public void Guest_that_follows_the_window_is_pixel_exact(int scale, int width, int height)
    {
        SizeRequest request = SizeRequest.For(1280, 800, new FractionalScale(scale), default);

        ViewGeometry view = ViewGeometry.Compute(
            request.Width, request.Height, 1280, 800, new FractionalScale(scale), ScalingMode.Fit);

        Assert.Equal(new SizeRequest(width, height, 0, 0), request);
        Assert.Equal(new Rect(0, 0, 1280, 800), view.Destination);
        Assert.True(view.IsPixelExact);
    }

    [Property]
    public void Guest_that_follows_the_window_fills_it_at_any_scale(ushort width, ushort height, byte scale)
    {
        (int w, int h) = (width % 4000 + 1, height % 4000 + 1);
        FractionalScale factor = new(120 + scale);
        SizeRequest request = SizeRequest.For(w, h, factor, default);

        ViewGeometry view = ViewGeometry.Compute(request.Width, request.Height, w, h, factor, ScalingMode.Fit);

        Assert.Equal(new Rect(0, 0, w, h), view.Destination);
        Assert.True(view.IsPixelExact);
    }

    [Theory]
    [InlineData(1279, 802, true)]
    [InlineData(1282, 798, true)]
    [InlineData(1277, 800, false)]
    public void Two_pixels_of_difference_make_no_border(int guestWidth, int guestHeight, bool snaps)
    {
        ViewGeometry view = ViewGeometry.Compute(guestWidth, guestHeight, 1280, 800, FractionalScale.One, ScalingMode.Integer);

        Assert.Equal(snaps, view.Destination == new Rect(0, 0, 1280, 800));
        Assert.Equal(!snaps, view.IsPixelExact); // one pixel for one pixel, with a border of three
    }

    [Fact]
    public void Other_aspect_ratio_gets_bars_at_the_sides()
    {
        ViewGeometry view = ViewGeometry.Compute(1024, 768, 1920, 1080, FractionalScale.One, ScalingMode.Fit);

        Assert.Equal(new Rect(240, 0, 1440, 1080), view.Destination);
        Assert.False(view.IsPixelExact);
        Assert.False(view.IsOnPicture(239.9, 500));
        Assert.True(view.IsOnPicture(240, 500));
    }

    [Fact]
    public void Wide_guest_gets_bars_above_and_below() =>
        Assert.Equal(new Rect(0, 200, 800, 400),
            ViewGeometry.Compute(2000, 1000, 800, 800, FractionalScale.One, ScalingMode.Fit).Destination);

    [Fact]
    public void Integer_scaling_counts_device_pixels()
    {
        // 960x600 logical at 1.5 are 1440x900 device pixels: 640x400 fits twice, 1280x800 = 853x533 logical.
        ViewGeometry view = ViewGeometry.Compute(640, 400, 960, 600, new FractionalScale(180), ScalingMode.Integer);

        Assert.Equal((853, 533), (view.Destination.Width, view.Destination.Height));
    }

    [Fact]
    public void Integer_scaling_of_a_guest_too_large_shrinks_it_to_fit() =>
        Assert.Equal(new Rect(0, 0, 800, 500),
            ViewGeometry.Compute(1600, 1000, 800, 500, FractionalScale.One, ScalingMode.Integer).Destination);

    [Fact]
    public void Stretching_fills_the_window() =>
        Assert.Equal(new Rect(0, 0, 1920, 1080),
            ViewGeometry.Compute(1024, 768, 1920, 1080, FractionalScale.One, ScalingMode.Stretch).Destination);

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(-100, -1e300, 0, 0)]
    [InlineData(959.99, 599.99, 1439, 899)]
    [InlineData(5000, double.PositiveInfinity, 1439, 899)]
    [InlineData(double.NaN, 300, 0, 450)]
    public void Places_in_the_window_become_guest_pixels(double x, double y, int guestX, int guestY)
    {
        ViewGeometry view = ViewGeometry.Compute(1440, 900, 960, 600, new FractionalScale(180), ScalingMode.Fit);

        Assert.Equal(new GuestPoint(guestX, guestY), view.ToGuest(x, y));
    }

    [Property(MaxTest = 1000)]
    public void Middle_of_a_guest_pixel_leads_back_to_it(
        ushort guestWidth, ushort guestHeight, ushort width, ushort height, byte scale, ushort x, ushort y, byte mode)
    {
        (int gw, int gh) = (guestWidth % 16384 + 1, guestHeight % 16384 + 1);
        (int w, int h) = (width % 8000 + 1, height % 8000 + 1);
        ViewGeometry view = ViewGeometry.Compute(gw, gh, w, h, new FractionalScale(100 + scale), (ScalingMode)(mode % 3));
        GuestPoint pixel = new(x % gw, y % gh);

        (double surfaceX, double surfaceY) = view.ToSurface(pixel);

        Assert.True(Rect.Whole(w, h).Contains(view.Destination) && !view.Destination.IsEmpty);
        Assert.True(view.IsOnPicture(surfaceX, surfaceY));
        Assert.Equal(pixel, view.ToGuest(surfaceX, surfaceY));
    }

    [Fact]
    public void Nonsense_sizes_give_a_picture_of_one_by_one()
    {
        ViewGeometry view = ViewGeometry.Compute(0, -5, 0, int.MinValue, new FractionalScale(0), ScalingMode.Fit);

        Assert.Equal(new Rect(0, 0, 1, 1), view.Destination);
        Assert.Equal(new GuestPoint(0, 0), view.ToGuest(1e9, 1e9));
    }
}

public class SizeRequestTests
{
    [Fact]
    public void Millimetres_follow_from_the_monitor()
    {
        // A 3840x2160 monitor of 597x336 mm; a window of half its width.
        SizeRequest request = SizeRequest.For(1280, 1080, new FractionalScale(180), new OutputSize(3840, 2160, 597, 336));

        Assert.Equal(new SizeRequest(1920, 1620, 299, 252), request);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-3840, 597)]
    [InlineData(3840, 0)]
    [InlineData(3840, int.MaxValue)]
    public void Unknown_or_nonsensical_monitor_gives_no_millimetres(int pixels, int millimetres)
    {
        SizeRequest request = SizeRequest.For(100, 100, FractionalScale.One, new OutputSize(pixels, pixels, millimetres, millimetres));

        Assert.Equal(new SizeRequest(100, 100, 0, 0), request);
    }

    [Fact]
    public void Request_stays_within_what_a_guest_can_have() => Assert.Equal(
        new SizeRequest(ImageValidator.MaxSide, 1, 0, 0), SizeRequest.For(int.MaxValue, 0, new FractionalScale(240), default));

    [Theory]
    [InlineData(150, 3, 4)] // 3.75
    [InlineData(180, 1, 2)] // 1.5: halves go up
    [InlineData(150, 2, 3)] // 2.5
    [InlineData(120, 7, 7)]
    public void Device_pixels_round_halves_away_from_zero(int scale, int logical, int device) =>
        Assert.Equal(device, new FractionalScale(scale).ToDevice(logical));
}
