using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Vdmabuf.DBus.Tests.Support;

/// <summary>The GDBus peer as a process. Skips the test where Python has no GObject introspection.</summary>
internal sealed class GlibServer : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly string _directory = Directory.CreateTempSubdirectory("gdbus").FullName;
    private readonly Process _process;

    public GlibServer()
    {
        Skip.IfNot(HasGio(), "python3-gi is not installed: GDBus as the peer is not tested.");
        string path = System.IO.Path.Combine(_directory, "s");
        _process = Start(System.IO.Path.Combine(AppContext.BaseDirectory, "Peers", "gdbus_server.py"), path);
        Assert.Equal("READY", _process.StandardOutput.ReadLine());
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        Connected = Libc.Duplicate((int)socket.Handle);
    }

    /// <summary>Our end; the connection takes it.</summary>
    public SafeFileHandle Connected { get; }

    public void Dispose()
    {
        Connected.Dispose();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static bool HasGio()
    {
        if (!File.Exists(Python))
            return false;
        using Process probe = Start("-c", "from gi.repository import Gio");
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true })!;
}
