using System.Diagnostics;

namespace Vdmabuf.DBus.Tests.Support;

/// <summary>A private dbus-daemon on a socket of its own.</summary>
internal sealed class BusDaemon : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dbus").FullName;
    private readonly Process _process;

    public BusDaemon()
    {
        string config = Path.Combine(_directory, "bus.conf");
        File.WriteAllText(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>session</type>
              <listen>unix:path={_directory}/bus</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
                <deny own="org.example.Forbidden"/>
              </policy>
            </busconfig>
            """);
        _process = Process.Start(new ProcessStartInfo("dbus-daemon", ["--config-file", config, "--nofork", "--print-address"])
        {
            RedirectStandardOutput = true,
        })!;
        Address = _process.StandardOutput.ReadLine() ?? throw new IOException("dbus-daemon did not start.");
    }

    public string Address { get; }

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
