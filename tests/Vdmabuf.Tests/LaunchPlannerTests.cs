using Vdmabuf.Launch;

namespace Vdmabuf.Tests;

public sealed class LaunchPlannerTests
{
    private const string Memory64 = "-object memory-backend-memfd,id=vdmabuf-ram,size=67108864B,share=on -machine memory-backend=vdmabuf-ram";
    private const string Memory128 = "-object memory-backend-memfd,id=vdmabuf-ram,size=134217728B,share=on -machine memory-backend=vdmabuf-ram";
    private const string Memory2G = "-object memory-backend-memfd,id=vdmabuf-ram,size=2147483648B,share=on -machine memory-backend=vdmabuf-ram";
    private const string Qmp = "-qmp unix:/run/x.qmp,server=on,wait=off";
    private const string Plain = "-display dbus,p2p=on";
    private const string Gl = "-display dbus,p2p=on,gl=on,rendernode=/dev/dri/renderD128";

    [Theory]
    // Nothing said: all is added, with QEMU's own default of memory.
    [InlineData("", $"{Plain} {Memory128} {Qmp}")]
    [InlineData("disk.img", $"{Plain} {Memory128} {Qmp}")]
    // Memory in its notations; the last one counts, as in QEMU.
    [InlineData("-m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("--m 2G", $"{Plain} {Memory2G} {Qmp}")]
    [InlineData("-m size=2G,slots=2,maxmem=8G", $"{Plain} {Memory2G} {Qmp}")]
    [InlineData("-m 64 -m 2G", $"{Plain} {Memory2G} {Qmp}")]
    [InlineData("-m 2G -m maxmem=8G", $"{Plain} {Memory2G} {Qmp}")]
    // Machines that take any memory, and the user's -machine merged with ours by QEMU.
    [InlineData("-machine q35,accel=tcg -m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("-M pc-i440fx-9.0 -m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("-machine accel=kvm:tcg -m 64", $"{Plain} {Memory64} {Qmp}")]
    // Memory that is spoken for stays as it is.
    [InlineData("-machine q35,memory-backend=mine -m 64", $"{Plain} {Qmp}")]
    [InlineData("-m 64 -M memory-backend=mine", $"{Plain} {Qmp}")]
    [InlineData("-mem-path /dev/hugepages -m 64", $"{Plain} {Qmp}")]
    [InlineData("-numa node,memdev=mine -m 64", $"{Plain} {Qmp}")]
    [InlineData("-readconfig vm.cfg", $"{Plain} {Qmp}")]
    [InlineData("-machine none", $"{Plain} {Qmp}")]
    [InlineData("-m 0x40", $"{Plain} {Qmp}")]
    [InlineData("-m 4100K", $"{Plain} {Qmp}")]
    [InlineData("-m 64 -numa node,cpus=0", $"{Plain} {Memory64} {Qmp}")]
    // The user's display and monitors stay.
    [InlineData("-display dbus,p2p=on -m 64", $"{Memory64} {Qmp}")]
    [InlineData("-display dbus,gl=es,p2p=yes,audiodev=a -m 64", $"{Memory64} {Qmp}")]
    [InlineData("-qmp unix:mine,server=on,wait=off -m 64", $"{Plain} {Memory64} {Qmp}")]
    // OpenGL where a device lives from it.
    [InlineData("-vga std -m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("-device virtio-vga -m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("-device virtio-vga-gl -m 64", $"{Gl} {Memory64} {Qmp}")]
    [InlineData("-device virtio-gpu-gl-pci,xres=800 -m 64", $"{Gl} {Memory64} {Qmp}")]
    [InlineData("-device driver=virtio-gpu-pci,blob=on -m 64", $"{Gl} {Memory64} {Qmp}")]
    [InlineData("-device virtio-gpu-pci,blob=true,blob=off -m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("-device {\"driver\":\"virtio-gpu-pci\",\"blob\":true} -m 64", $"{Gl} {Memory64} {Qmp}")]
    [InlineData("-device {\"driver\":\"virtio-gpu-pci\"} -m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("-device {broken -m 64", $"{Plain} {Memory64} {Qmp}")]
    // A value that looks like an option is a value.
    [InlineData("-append -nographic -m 64", $"{Plain} {Memory64} {Qmp}")]
    [InlineData("-S -snapshot -m 64", $"{Plain} {Memory64} {Qmp}")]
    public void Only_what_is_missing_is_added(string user, string added)
    {
        LaunchPlan plan = Plan(user);

        Assert.Null(plan.Fault);
        Assert.Equal(added, string.Join(' ', plan.Added));
    }

    [Theory]
    [InlineData("-nographic", "-nographic")]
    [InlineData("-display gtk", "-display gtk")]
    [InlineData("-display none", "-display none")]
    [InlineData("-display dbus", "p2p=on")]
    [InlineData("-display dbus,addr=unix:path=/run/bus", "attach qemu --bus unix:path=/run/bus")]
    [InlineData("-display dbus,p2p=off", "p2p=on")]
    [InlineData("-daemonize", "-daemonize")]
    public void Displays_that_cannot_be_shown_are_refused_with_the_way_out(string user, string mentions)
    {
        LaunchPlan plan = Plan(user);

        Assert.Contains(mentions, plan.Fault, StringComparison.Ordinal);
        Assert.Empty(plan.Added);
    }

    [Theory]
    [InlineData("-device virtio-vga-gl", null, true, true, "render node")]
    [InlineData("-device virtio-vga-gl", "/dev/dri/renderD128", true, false, "OpenGL display module")]
    [InlineData("-device virtio-gpu-pci,blob=on", "/dev/dri/renderD128", false, true, "/dev/udmabuf")]
    public void Without_what_it_needs_gl_stays_off_and_the_user_is_told(string user, string? node, bool udmabuf, bool openGl, string mentions)
    {
        var facts = new LaunchFacts("/run/x.qmp", () => node, () => udmabuf, () => openGl);

        LaunchPlan plan = LaunchPlanner.Plan("qemu-system-x86_64", user.Split(' '), facts);

        Assert.Contains("dbus,p2p=on", plan.Added);
        Assert.Contains(mentions, Assert.Single(plan.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/usr/bin/qemu-system-aarch64", "", false)]
    [InlineData("/usr/bin/qemu-system-aarch64", "-M raspi3b", false)]
    [InlineData("/usr/bin/qemu-system-aarch64", "-M virt", true)]
    [InlineData("/usr/bin/qemu-system-i386", "", true)]
    public void Boards_with_memory_of_their_own_keep_it(string binary, string user, bool backend) =>
        Assert.Equal(backend, Plan(user, binary).Added.Contains("-object"));

    [Fact]
    public void Commas_in_the_sockets_path_are_doubled()
    {
        var facts = new LaunchFacts("/run/a,b.qmp", () => null, () => false, () => false);

        LaunchPlan plan = LaunchPlanner.Plan("qemu-system-x86_64", [], facts);

        Assert.Equal("unix:/run/a,,b.qmp,server=on,wait=off", plan.Added[^1]);
    }

    [Theory]
    [InlineData("-name web", "web")]
    [InlineData("-name guest=web,debug-threads=on", "web")]
    [InlineData("-name a,,b", "a,b")]
    [InlineData("-m 64", null)]
    public void The_VMs_name_is_read_as_QEMU_reads_it(string user, string? name) =>
        Assert.Equal(name, MonitorSocket.NameOf(new QemuArguments(user.Split(' '))));

    private static LaunchPlan Plan(string user, string binary = "/usr/bin/qemu-system-x86_64") =>
        LaunchPlanner.Plan(binary, user.Split(' ', StringSplitOptions.RemoveEmptyEntries), new LaunchFacts("/run/x.qmp", () => "/dev/dri/renderD128", () => true, () => true));
}
