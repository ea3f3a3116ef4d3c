namespace Vdmabuf.Lab.Tests;

public class ProcessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Line_that_is_awaited_is_returned_from_either_stream()
    {
        await using var process = CapturedProcess.Start("sh", ["-c", "echo first; echo second part >&2; sleep 60"]);

        Assert.Equal("second part", await process.WaitForLine("second", s_patience));
        Assert.Equal("first", await process.WaitForLine("first", s_patience));
    }

    [Fact]
    public async Task Process_that_ends_without_the_line_is_an_error_with_its_output()
    {
        await using var process = CapturedProcess.Start("sh", ["-c", "echo no display >&2; exit 3"]);

        var failure = await Assert.ThrowsAsync<LabException>(() => process.WaitForLine("ready", s_patience));

        Assert.Contains("ended with 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_of_this_process_are_plausible()
    {
        var own = ProcessStatistics.Read(Environment.ProcessId);

        Assert.InRange(own.ResidentBytes, 1 << 20, own.PeakResidentBytes);
        Assert.InRange(own.ProportionalBytes, 1, own.PeakResidentBytes);
        Assert.True(own.CpuTime > TimeSpan.Zero && own.FileDescriptors > 2 && own.ContextSwitches > 0);
    }
}
