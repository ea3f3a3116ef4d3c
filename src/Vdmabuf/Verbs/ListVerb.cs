using System.Text.Json;
using Vdmabuf.Cli;
using Vdmabuf.Diagnostics;
using Vdmabuf.Linux;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.View;

namespace Vdmabuf.Verbs;

/// <summary><c>vdmabuf list</c>: the VMs of a bus. An empty list is a list, not a failure.</summary>
internal static class ListVerb
{
    internal static int Run(string? address, bool json, StderrLogger log)
    {
        BusVm[] vms = [];
        try
        {
            using var loop = new EpollLoop();
            loop.Run(async () => vms = await BusEndpoint.ListAsync(loop, address).ConfigureAwait(true));
        }
        catch (Exception error) when (Failures.IsExpected(error))
        {
            log.Fail(error.Message);
            return Failures.ExitCodeOf(error);
        }
        if (json) WriteJson(address, vms);
        else foreach (BusVm vm in vms) StandardStreams.WriteLine(Describe(vm));
        return ExitCode.Success;
    }

    /// <summary>One line: UUID and bus name first, since a name may have spaces.</summary>
    internal static string Describe(BusVm vm) => StandardStreams.OneLine($"{vm.Uuid,-36}  {vm.UniqueName,-8}  {vm.Name}");

    private static void WriteJson(string? address, BusVm[] vms)
    {
        using (var json = new Utf8JsonWriter(StandardStreams.Output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("bus", address ?? "session");
            json.WriteStartArray("vms");
            foreach (BusVm vm in vms)
            {
                json.WriteStartObject();
                json.WriteString("name", vm.Name);
                json.WriteString("uuid", vm.Uuid);
                json.WriteString("busName", vm.UniqueName);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        StandardStreams.WriteLine("");
    }
}
