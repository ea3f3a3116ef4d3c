using FsCheck.Xunit;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Presentation;
using Vdmabuf.Core.Scanout;

namespace Vdmabuf.Core.Tests.Presentation;

public class LadderTests
{
    private static ImageLayout Layout(ulong modifier = DrmModifier.Linear)
    {
        PlaneLayouts planes = default;
        planes[0] = new PlaneLayout(0, 2560);
        return new ImageLayout(640, 480, new Rect(0, 0, 640, 480), DrmFourcc.Xrgb8888, modifier, false, 1, planes);
    }

    private static LadderInput Everything(BufferMemory memory, ulong modifier = DrmModifier.Linear) => new()
    {
        Layout = Layout(modifier), Memory = memory, SealedAgainstShrinking = true, ReadableByCpu = true,
        DmaBufProtocol = true, DmaBufFormatOffered = true, ShmFormatOffered = true,
        Udmabuf = RungAvailability.Available, GpuConversion = RungAvailability.Available,
    };

    [Fact]
    public void Dma_buf_that_the_compositor_takes_goes_as_it_is()
    {
        LadderChoice choice = Ladder.Choose(Everything(BufferMemory.DmaBuf));

        Assert.Equal(Rung.DmaBuf, choice.Rung);
        Assert.Equal(RungObstacle.NotNeeded, choice.Obstacle(Rung.Copy));
        Assert.Equal("dma-buf", choice.Describe());
    }

    [Fact]
    public void Each_refusal_goes_one_rung_down_and_says_why()
    {
        LadderInput refused = new()
        {
            Layout = Layout(), Memory = BufferMemory.DmaBuf, ReadableByCpu = true, DmaBufProtocol = true,
            DmaBufFormatOffered = true, ShmFormatOffered = true, DmaBufVerdict = ImportVerdict.Refused,
        };

        LadderChoice choice = Ladder.Choose(refused);

        Assert.Equal(Rung.Copy, choice.Rung);
        Assert.Equal(RungObstacle.CompositorRefused, choice.Obstacle(Rung.DmaBuf));
        Assert.Equal(RungObstacle.NotSharedMemory, choice.Obstacle(Rung.Udmabuf));
        Assert.Equal(RungObstacle.NotSharedMemory, choice.Obstacle(Rung.SharedMemory));
        Assert.Equal(RungObstacle.NotImplemented, choice.Obstacle(Rung.GpuConversion));
        Assert.StartsWith("copy: no dma-buf (the compositor refused", choice.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sealed_memfd_becomes_a_udmabuf_and_an_unsealed_one_a_pool()
    {
        LadderInput unsealed = new()
        {
            Layout = Layout(), Memory = BufferMemory.SharedMemory, DmaBufProtocol = true, DmaBufFormatOffered = true,
            ShmFormatOffered = true, Udmabuf = RungAvailability.Available,
        };

        Assert.Equal(Rung.Udmabuf, Ladder.Choose(Everything(BufferMemory.SharedMemory)).Rung);
        Assert.Equal(Rung.SharedMemory, Ladder.Choose(unsealed).Rung);
        Assert.Equal(RungObstacle.NotSealed, Ladder.Choose(unsealed).Obstacle(Rung.Udmabuf));
    }

    [Fact]
    public void User_who_forbids_dma_bufs_gets_none()
    {
        LadderInput input = new()
        {
            Layout = Layout(), Memory = BufferMemory.SharedMemory, SealedAgainstShrinking = true, DmaBufProtocol = true,
            DmaBufFormatOffered = true, ShmFormatOffered = true, Udmabuf = RungAvailability.Available, ForbidDmaBuf = true,
        };

        LadderChoice choice = Ladder.Choose(input);

        Assert.Equal(Rung.SharedMemory, choice.Rung);
        Assert.Equal(RungObstacle.ForbiddenBySettings, choice.Obstacle(Rung.Udmabuf));
    }

    [Fact]
    public void Tiled_image_is_never_copied_by_the_CPU()
    {
        LadderInput input = new()
        {
            Layout = Layout(modifier: 0x0100_0000_0000_0002), Memory = BufferMemory.DmaBuf, ReadableByCpu = true,
            ShmFormatOffered = true,
        };

        LadderChoice choice = Ladder.Choose(input);

        Assert.Null(choice.Rung);
        Assert.Equal(RungObstacle.ProtocolMissing, choice.Obstacle(Rung.DmaBuf));
        Assert.Equal(RungObstacle.LayoutNotLinear, choice.Obstacle(Rung.Copy));
        Assert.StartsWith("cannot be shown: no dma-buf", choice.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_device_and_missing_code_are_told_apart()
    {
        LadderInput input = new()
        {
            Layout = Layout(), Memory = BufferMemory.SharedMemory, SealedAgainstShrinking = true,
            Udmabuf = RungAvailability.NotOnThisMachine,
        };

        LadderChoice choice = Ladder.Choose(input);

        Assert.Equal(RungObstacle.NotOnThisMachine, choice.Obstacle(Rung.Udmabuf));
        Assert.Equal(RungObstacle.NotImplemented, choice.Obstacle(Rung.GpuConversion));
        Assert.Equal(RungObstacle.ShmFormatNotOffered, choice.Obstacle(Rung.SharedMemory));
        Assert.Equal(RungObstacle.MemoryNotReadable, choice.Obstacle(Rung.Copy));
    }

    [Property]
    public void Every_rung_above_the_choice_has_an_obstacle_and_none_below(
        bool dmaBuf, bool sealedMemory, bool readable, bool protocol, bool format, bool shm, bool refused, bool forbid, byte available)
    {
        LadderInput input = new()
        {
            Layout = Layout(), Memory = dmaBuf ? BufferMemory.DmaBuf : BufferMemory.SharedMemory,
            SealedAgainstShrinking = sealedMemory, ReadableByCpu = readable, DmaBufProtocol = protocol,
            DmaBufFormatOffered = format, ShmFormatOffered = shm, ForbidDmaBuf = forbid,
            DmaBufVerdict = refused ? ImportVerdict.Refused : ImportVerdict.Unknown,
            Udmabuf = (RungAvailability)(available % 3), GpuConversion = (RungAvailability)(available / 3 % 3),
        };

        LadderChoice choice = Ladder.Choose(input);

        foreach (Rung rung in Enum.GetValues<Rung>())
        {
            RungObstacle obstacle = choice.Obstacle(rung);
            if (rung == choice.Rung) Assert.Equal(RungObstacle.None, obstacle);
            else if (rung > choice.Rung) Assert.Equal(RungObstacle.NotNeeded, obstacle);
            else Assert.True(obstacle > RungObstacle.NotNeeded);
        }
        if (forbid) Assert.NotEqual(Rung.DmaBuf, choice.Rung);
    }

    [Fact]
    public void Every_obstacle_and_rung_has_words_of_its_own()
    {
        string[] obstacles = [.. Enum.GetValues<RungObstacle>().Select(LadderChoice.Describe)];
        string[] rungs = [.. Enum.GetValues<Rung>().Select(LadderChoice.NameOf)];

        Assert.Equal(obstacles.Length, obstacles.Distinct().Count());
        Assert.Equal(rungs.Length, rungs.Distinct().Count());
        Assert.All(Enum.GetValues<RungObstacle>(), o => Assert.NotEqual(o.ToString(), LadderChoice.Describe(o)));
    }
}
