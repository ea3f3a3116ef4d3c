using Vdmabuf.Lab;

namespace Vdmabuf.SystemTests;

/// <summary>
/// A guest that runs for all tests of a class: booting one takes longer than most tests. It flips at the speed it can
/// and holds at frame 3 first; every test finds it holding and leaves it so, in the mode 1280x800.
/// </summary>
public class AttachableGuest : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private QemuMachine? _machine;

    public QemuMachine Machine => _machine ?? throw new InvalidOperationException("the guest was not started; the test should have been skipped");

    /// <summary>Where QEMU's monitor listens.</summary>
    public string Monitor => _folder.File("monitor");

    protected virtual QemuOptions Options => new() { Draw = "flip,hold-after=3" };

    protected virtual bool CanStart => LabAssets.GuestMissing is null && LabAssets.WestonMissing is null && LabAssets.ProgramMissing is null;

    public async Task InitializeAsync()
    {
        if (!CanStart) return;
        _machine = await QemuMachine.Start(Options with { Display = "dbus,p2p=on", QmpServer = Monitor });
        await _machine.Guest.WaitHeld();
    }

    public async Task DisposeAsync()
    {
        if (_machine is not null) await _machine.DisposeAsync();
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _folder.Dispose();

    /// <summary>Starts <c>vdmabuf attach qemu --qmp</c> on it.</summary>
    internal CapturedProcess Attach(HeadlessWeston weston, params string[] options) =>
        VdmabufProcess.Start(weston, ["attach", "qemu", "--qmp", Monitor, .. options]);
}

/// <summary>The same under QEMU 11.</summary>
public sealed class AttachableGuestOfQemu11 : AttachableGuest
{
    protected override QemuOptions Options => base.Options with { InRoot = true };

    protected override bool CanStart => base.CanStart && LabAssets.RootMissing is null;
}

/// <summary>A guest with one buffer that reports what it changed.</summary>
public sealed class AttachableGuestThatDrawsInPart : AttachableGuest
{
    protected override QemuOptions Options => new() { Draw = "dirty,hold-after=3" };
}
