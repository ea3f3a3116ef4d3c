using System.Diagnostics;

namespace Vdmabuf.Tests.Support;

/// <summary>A private dbus-daemon.</summary>
internal sealed class BusDaemon : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    internal BusDaemon()
    {
        string address = $"unix:path={_folder.File("bus")}";
        _process = Process.Start(new ProcessStartInfo("dbus-daemon", ["--session", "--nofork", "--print-address", "--address=" + address]) { RedirectStandardOutput = true })!;
        _ = _process.StandardOutput.ReadLine() ?? throw new IOException("dbus-daemon did not start");
        Address = address;
    }

    /// <summary>Without the GUID, as a user would write it.</summary>
    internal string Address { get; }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
