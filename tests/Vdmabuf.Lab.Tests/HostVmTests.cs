namespace Vdmabuf.Lab.Tests;

[Trait("Needs", "vm")]
public class HostVmTests
{
    [SkippableFact]
    public async Task Host_vm_has_udmabuf_a_render_node_nested_kvm_and_the_runtime()
    {
        Skip.If(LabAssets.RootMissing is not null, LabAssets.RootMissing);
        await using var vm = await HostVm.Start();

        var answer = await vm.Run("test -c /dev/udmabuf -a -c /dev/dri/renderD128 -a -c /dev/kvm && /data/dotnet/dotnet --list-runtimes");

        Assert.Contains("Microsoft.NETCore.App 10.", answer, StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<LabException>(() => vm.Run("echo out; exit 7"));
        Assert.Contains("ended with 7", failure.Message, StringComparison.Ordinal);
    }
}
