using System.Diagnostics;
using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>A real dbus-daemon of its own, which a test may kill.</summary>
internal sealed class PrivateBus : IDisposable
{
    private readonly Process _daemon;

    private PrivateBus(Process daemon, string address)
    {
        _daemon = daemon;
        Address = address;
    }

    internal string Address { get; }

    /// <summary>Skips the test where there is no dbus-daemon.</summary>
    internal static PrivateBus Start(string folder)
    {
        Skip.IfNot(File.Exists("/usr/bin/dbus-daemon"), "needs dbus-daemon (apt install dbus-daemon)");
        string socket = Path.Combine(folder, "bus"), configuration = Path.Combine(folder, "bus.conf");
        File.WriteAllText(configuration, $"""
            <busconfig>
              <type>session</type>
              <listen>unix:path={socket}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
            </busconfig>
            """);
        var start = new ProcessStartInfo("/usr/bin/dbus-daemon") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[$"--config-file={configuration}", "--nofork", "--nopidfile", "--print-address"]) start.ArgumentList.Add(argument);
        Process daemon = Process.Start(start)!;
        // The address is printed once the daemon listens.
        string? address = daemon.StandardOutput.ReadLine();
        Assert.False(string.IsNullOrEmpty(address));
        return new PrivateBus(daemon, $"unix:path={socket}");
    }

    /// <summary>Puts a scripted QEMU on the bus: it asks for org.qemu, or queues for it.</summary>
    internal async Task<FakeQemu> AddQemuAsync(Session session, string name, string uuid = "00000000-0000-0000-0000-000000000000")
    {
        FakeQemu qemu = session.Own(new FakeQemu(session.Loop) { Name = name, Uuid = uuid });
        BusConnection connection = BusConnection.OpenBus(session.Loop, Address);
        qemu.Serve(connection);
        await connection.Ready.ConfigureAwait(true);
        await connection.RequestNameAsync("org.qemu").ConfigureAwait(true);
        return qemu;
    }

    internal void Kill()
    {
        if (!_daemon.HasExited) _daemon.Kill();
        _daemon.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _daemon.StandardOutput.Dispose();
        _daemon.Dispose();
    }
}
