using System.Text;
using Microsoft.Extensions.Logging;
using Vdmabuf.Diagnostics;
using Vdmabuf.Linux;

namespace Vdmabuf.Tests;

public sealed class StderrLoggerTests
{
    [Theory]
    [InlineData(LogLevel.Error, "<3>vdmabuf: it broke\n")]
    [InlineData(LogLevel.Warning, "<4>vdmabuf: it broke\n")]
    [InlineData(LogLevel.Information, "<6>vdmabuf: it broke\n")]
    [InlineData(LogLevel.Debug, "<7>vdmabuf: it broke\n")]
    public void In_the_journal_a_line_begins_with_its_priority(LogLevel level, string line) =>
        Assert.Equal(line, Write(toJournal: true, logger => logger.Log(level, 1, "it broke", null, static (text, _) => text)));

    [Fact]
    public void What_is_below_the_level_is_not_written() =>
        Assert.Equal("", Write(toJournal: false, logger => logger.Say("hello"), LogLevel.Error));

    [Fact]
    public void A_failure_is_written_at_every_level() =>
        Assert.Equal("vdmabuf: no\n", Write(toJournal: false, logger => logger.Fail("no"), LogLevel.None));

    [Fact]
    public void A_name_with_control_characters_stays_one_harmless_line() =>
        Assert.Equal("vdmabuf: VM x  <2>forged  [2J: gone\n", Write(toJournal: false, logger => logger.Say("VM x\r\n<2>forged\u009b\u001b[2J: gone")));

    [Fact]
    public void The_journal_is_known_by_device_and_inode()
    {
        using var memory = MemFd.Create("journal", 4096, FileSeals.None);
        int fd = (int)memory.DangerousGetHandle();
        FileFacts facts = FileFacts.Of(fd);

        Assert.True(StderrLogger.IsJournal($"{facts.Device}:{facts.Inode}", fd));
        Assert.False(StderrLogger.IsJournal($"{facts.Device}:{facts.Inode + 1}", fd));
        Assert.False(StderrLogger.IsJournal("nonsense", fd));
        Assert.False(StderrLogger.IsJournal(null, fd));
    }

    private static string Write(bool toJournal, Action<StderrLogger> act, LogLevel minimum = LogLevel.Debug)
    {
        using var stream = new MemoryStream();
        act(new StderrLogger(minimum, stream, toJournal));
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
