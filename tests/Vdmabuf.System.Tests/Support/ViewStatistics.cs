using System.Text.Json.Nodes;
using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>The line that <c>--stats</c> prints at the end, for one window.</summary>
internal readonly record struct ViewStatistics(string Rung, long Frames, long Commits, long BytesCopied, int Buffers)
{
    /// <summary>Ends the program as a session would and reads its last line.</summary>
    public static async Task<ViewStatistics> EndAndRead(CapturedProcess vdmabuf)
    {
        vdmabuf.Terminate();
        Assert.Equal(0, await vdmabuf.WaitForExit(Screens.Patience));
        return Parse(vdmabuf.Output);
    }

    public static ViewStatistics Parse(string output)
    {
        string line = output.Split('\n').LastOrDefault(line => line.StartsWith("{\"windows\"", StringComparison.Ordinal))
            ?? throw new LabException($"no statistics in:\n{output}");
        JsonNode window = JsonNode.Parse(line)!["windows"]!.AsArray().FirstOrDefault() ?? throw new LabException($"no window in: {line}");
        return new ViewStatistics(window["rung"]!.GetValue<string>(), window["frames"]!.GetValue<long>(), window["commits"]!.GetValue<long>(),
            window["bytesCopied"]!.GetValue<long>(), window["buffers"]!.GetValue<int>());
    }
}
