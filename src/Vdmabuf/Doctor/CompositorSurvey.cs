using Vdmabuf.Core.Imaging;
using Vdmabuf.Linux;
using Vdmabuf.Wayland;
using Vdmabuf.Wayland.Dmabuf;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Doctor;

/// <summary>Asks the compositor what it offers, without showing anything.</summary>
internal static class CompositorSurvey
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    internal static CompositorFacts Take()
    {
        string name = Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 } named ? named : "wayland-0";
        try
        {
            CompositorFacts facts = Absent(name, "not asked");
            using var loop = new EpollLoop();
            loop.Run(async () => facts = await AskAsync(loop, name).ConfigureAwait(true));
            return facts;
        }
        catch (Exception error) when (error is WaylandException or LinuxException or TimeoutException)
        {
            return Absent(name, error.Message);
        }
        catch (DllNotFoundException)
        {
            return Absent(name, "libwayland-client.so.0 is not installed");
        }
    }

    private static CompositorFacts Absent(string name, string why) => new(name, why, [], [], null);

    private static async Task<CompositorFacts> AskAsync(EpollLoop loop, string name)
    {
        using WaylandDisplay display = WaylandDisplay.Connect();
        using var globals = new WaylandGlobals(display);
        using var adapter = new WaylandLoopAdapter(display, loop);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        adapter.Failed += error => lost.TrySetException(error);
        await AnsweredAsync(display, loop, lost.Task).ConfigureAwait(true);

        List<string> shmFormats = [];
        if (globals.TryBind(out WlShm? shm)) shm.Format += code => shmFormats.Add(DrmFourcc.NameOf(PixelFormat.FromShmCode((uint)code)));
        using DmabufCapabilities? capabilities = globals.TryBind(out ZwpLinuxDmabufV1? dmabuf) ? new DmabufCapabilities(dmabuf) : null;
        // The answers to a bind come before the answer to a sync that was sent after it.
        await AnsweredAsync(display, loop, lost.Task).ConfigureAwait(true);
        return new CompositorFacts(name, null, [.. globals.All.Select(g => new GlobalFacts(g.Interface, g.Version))], shmFormats,
            capabilities is null ? null : Summarise(dmabuf!.Version, capabilities));
    }

    private static async Task AnsweredAsync(WaylandDisplay display, EpollLoop loop, Task lost)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        WlCallback callback = display.Sync();
        callback.Done += _ => answered.TrySetResult();
        using Core.Loop.ITimer deadline = loop.CreateTimer(() => answered.TrySetException(new TimeoutException($"it does not answer within {s_patience.TotalSeconds:0} s")));
        deadline.ArmAt(loop.NowMicroseconds + (long)s_patience.TotalMicroseconds);
        await (await Task.WhenAny(answered.Task, lost).ConfigureAwait(true)).ConfigureAwait(true);
    }

    private static DmabufFacts Summarise(uint version, DmabufCapabilities capabilities)
    {
        HashSet<uint> formats = [];
        HashSet<DmabufFormat> pairs = [];
        foreach (DmabufTranche tranche in capabilities.Tranches)
        {
            foreach (DmabufFormat format in tranche.Formats)
            {
                formats.Add(format.Fourcc);
                pairs.Add(format);
            }
        }
        (string? number, string? node) = capabilities.MainDevice is { } device ? Describe(device) : (null, null);
        return new DmabufFacts(version, number, node, capabilities.Tranches.Count, formats.Count, pairs.Count);
    }

    private static (string Number, string? Node) Describe(ulong device)
    {
        ulong major = ((device >> 32) & 0xfffff000) | ((device >> 8) & 0xfff), minor = ((device >> 12) & 0xffffff00) | (device & 0xff);
        string? node = Directory.Exists("/dev/dri") ? Directory.GetFileSystemEntries("/dev/dri").FirstOrDefault(path => FileFacts.DeviceNode(path) == device) : null;
        return ($"{major}:{minor}", node);
    }
}
