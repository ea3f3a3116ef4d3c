using System.Globalization;

namespace Vdmabuf.Lab;

/// <summary>The host VM: a stock Debian 13 kernel with /dev/udmabuf, a render node and nested KVM. 20 to 50 times slower than this
/// machine: correctness is tested there, numbers are not. One at a time.</summary>
public sealed class HostVm : IAsyncDisposable
{
    private HostVm() { }

    /// <summary>A folder both sides see (there: /share).</summary>
    public static string Share => LabAssets.Share;

    /// <summary>Boots it; <paramref name="program"/>, a published program, becomes /data/app there (the .NET runtime is /data/dotnet).</summary>
    public static async Task<HostVm> Start(string? program = null)
    {
        await LabAssets.RunScript(TimeSpan.FromMinutes(5), program is null ? ["up"] : ["up", program]).ConfigureAwait(false);
        return new HostVm();
    }

    /// <summary>Runs a shell command to its end and returns what it printed; a status other than 0 is an exception with the output.</summary>
    public Task<string> Run(string command, TimeSpan? limit = null)
    {
        var span = limit ?? TimeSpan.FromMinutes(5);
        var seconds = ((int)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return LabAssets.RunScript(span + TimeSpan.FromSeconds(30), "run", "-t", seconds, command);
    }

    public async ValueTask DisposeAsync() => await LabAssets.RunScript(TimeSpan.FromSeconds(30), "down").ConfigureAwait(false);
}
