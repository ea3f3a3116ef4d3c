using System.Text.Json.Nodes;
using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>
/// Real dma-bufs, in the host VM: a nested guest's blob resources, which QEMU makes dma-bufs of with /dev/udmabuf, go
/// through the program into a real Weston.
/// </summary>
/// <remarks>
/// Two things of that VM's software rendering shape the test. Mesa's vgem driver imports a foreign dma-buf and then
/// cannot map it, and Weston dies of the first picture: so Weston does not see the render node. QEMU does, because it
/// makes no dma-buf without OpenGL; what it draws itself before the guest does is a texture of vgem, so the program
/// attaches once the guest draws.
/// </remarks>
[Trait("Needs", "vm")]
public sealed class DmaBufTests
{
    private const string Environment = "export WAYLAND_DISPLAY=wayland-lab; cd /tmp; ";

    private const string StartWeston = Environment + """
        unshare -m sh -c 'mount -t tmpfs none /dev/dri; exec weston --backend=headless --renderer=gl --shell=kiosk --width=1280 --height=800 \
          --debug --no-config --idle-time=0 --socket=wayland-lab' > weston.log 2>&1 &
        until [ -S $XDG_RUNTIME_DIR/wayland-lab ]; do sleep 0.2; done
        """;

    private const string StartGuest = Environment + """
        mkfifo control.in control.out
        qemu-system-x86_64 -name nested -machine q35,memory-backend=ram -object memory-backend-memfd,id=ram,size=256M,share=on -m 256 \
          -accel kvm -cpu host -nodefaults -no-reboot -display dbus,p2p=on,gl=on,rendernode=/dev/dri/renderD128 -device virtio-gpu-pci,blob=true \
          -kernel /lab/vmlinuz -initrd /lab/guest.img \
          -append 'console=ttyS0 panic=-1 quiet mitigations=off nokaslr vdmabuf.draw=flip,hold-after=5,control=/dev/ttyS1' \
          -serial file:serial -chardev pipe,id=control,path=/tmp/control -serial chardev:control -qmp unix:monitor,server=on,wait=off > qemu.log 2>&1 &
        until grep -sq 'held frame=5' serial; do kill -0 $! || { cat qemu.log serial; exit 1; }; sleep 0.2; done
        """;

    private const string Attach = Environment + """
        /data/app/vdmabuf attach qemu --qmp monitor --stats > vdmabuf.log 2>&1 & echo $! > vdmabuf.pid
        until grep -q 'first picture' vdmabuf.log; do kill -0 $! || { cat vdmabuf.log; exit 1; }; sleep 0.2; done
        cat vdmabuf.log
        """;

    [SkippableFact]
    public async Task Blob_scanouts_reach_the_compositor_as_dma_bufs_and_nothing_is_copied()
    {
        Needs.Path();
        Needs.Root();
        string program = Path.GetDirectoryName(Repository.Program!)!;
        await using HostVm vm = await HostVm.Start(program);
        JsonNode doctor = JsonNode.Parse(await vm.Run(StartWeston + "\n" + Environment + "/data/app/vdmabuf doctor --json"))!;
        AssertEverythingForDmaBufs(doctor);

        await vm.Run(StartGuest);
        string said = await vm.Run(Attach);
        Assert.Contains("1280x800, rung dma-buf", said, StringComparison.Ordinal);
        await AssertShows(vm, 5);
        foreach (int frames in new[] { 1, 1, 10 })
        {
            string held = await vm.Run(Environment + $"N=$(grep -c held serial); echo go {frames} > control.in; "
                + "until [ $(grep -c held serial) -gt $N ]; do sleep 0.1; done; grep held serial | tail -1 | sed 's/.*frame=//'");
            await AssertShows(vm, uint.Parse(held.Trim()));
        }

        ViewStatistics counts = ViewStatistics.Parse(await vm.Run(Environment
            + "P=$(cat vdmabuf.pid); kill $P; while kill -0 $P 2>/dev/null; do sleep 0.1; done; cat vdmabuf.log"));
        Assert.Equal(("dma-buf", 0), (counts.Rung, counts.BytesCopied));
        Assert.True(counts.Commits >= 4, $"{counts.Commits} commits");
    }

    private static void AssertEverythingForDmaBufs(JsonNode doctor)
    {
        Assert.True(doctor["canShowWindow"]!.GetValue<bool>());
        Assert.True(doctor["udmabuf"]!["usable"]!.GetValue<bool>());
        Assert.Contains(doctor["renderNodes"]!.AsArray(), node => node!["path"]!.GetValue<string>() == "/dev/dri/renderD128" && node["usable"]!.GetValue<bool>());
        Assert.Contains(doctor["qemu"]!.AsArray(), qemu => qemu!["path"]!.GetValue<string>().EndsWith("qemu-system-x86_64", StringComparison.Ordinal)
            && qemu["dbusDisplay"]!.GetValue<bool>() && qemu["openGl"]!.GetValue<bool>());
        Assert.True(doctor["wayland"]!["dmabuf"]!["formats"]!.GetValue<int>() > 0);
    }

    private static async Task AssertShows(HostVm vm, uint frame)
    {
        PixelImage expected = GuestPicture.Draw(1280, 800, frame);
        PixelImage shown = expected;
        for (int attempt = 0; attempt < 10; attempt++)
        {
            string folder = $"shot-{frame}-{attempt}";
            await vm.Run(Environment + $"mkdir -p /share/{folder}; cd /share/{folder}; weston-screenshooter || {{ cat /tmp/weston.log; exit 1; }}");
            string path = Path.Combine(HostVm.Share, folder);
            shown = PixelImage.Load(Directory.EnumerateFiles(path, "*.png").Single());
            Directory.Delete(path, recursive: true);
            if (Screens.Same(expected, shown)) return;
        }
        PixelAssert.Equal(expected, shown, $"dmabuf-{frame}");
    }
}
