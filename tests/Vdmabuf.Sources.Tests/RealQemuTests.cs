using System.Diagnostics;
using System.Net.Sockets;
using Vdmabuf.Core.Scanout;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

/// <summary>The same against a real QEMU, stopped before its first instruction: its own placeholder or VGA surface is shown.</summary>
[Trait("Needs", "vm")]
public sealed class RealQemuTests
{
    private const string Program = "/usr/bin/qemu-system-x86_64";

    [SkippableFact]
    public void Real_qemu_shows_its_memory_as_it_lies() => WithQemu(async session =>
    {
        session.Attach();
        await Shown(session, 1);

        ShownFrame frame = session.View.Frames[0];
        Assert.Equal(BufferMemory.SharedMemory, frame.Buffer!.Memory);
        Assert.Equal((frame.Buffer.Layout.Width, frame.Buffer.Layout.Height), (frame.Damage.Width, frame.Damage.Height));
        Assert.True(frame.Buffer.Layout.Width >= 320 && frame.Buffer.Layout.Height >= 200, $"{frame.Buffer.Layout.Width}x{frame.Buffer.Layout.Height}");
        Assert.Equal(FakeListener.Fourcc, frame.Buffer.Layout.Fourcc);
        Assert.DoesNotContain(session.Log.Lines, line => line.Contains("refused", StringComparison.Ordinal));
        await Session.Until(() => session.View.IsAbsolute is not null);   // asked for after the picture
        Assert.False(session.View.IsAbsolute);
    });

    [SkippableFact]
    public void Real_qemu_takes_input_and_refuses_modes_its_device_has_not() => WithQemu(async session =>
    {
        session.Attach();
        await Shown(session, 1);
        session.View.Source.Key(30, true);
        session.View.Source.Key(30, false);
        session.View.Source.PointerRelative(3, 4);
        session.View.Source.PointerWheel(0, 1);
        session.View.Source.RequestSize(800, 600, 200, 150);
        await Session.Until(() => session.Log.Lines.Any(line => line.Contains("cannot be told a size", StringComparison.Ordinal)));
        Assert.False(session.Running.IsCompleted);
    });

    [SkippableFact]
    public void Real_qemu_that_is_killed_and_started_again_is_shown_again() => WithQemu(async session =>
    {
        session.Attach();
        await Shown(session, 1);
        RealQemu.Current!.Kill();
        await Session.Until(() => session.View.Events.Contains("VmGone"));

        int frames = session.View.Frames.Count;
        session.Own(RealQemu.Start(session.Socket));
        await Shown(session, frames + 1);
        await Session.Until(() => session.Attachments == 2);   // told when every head has its listener, after the first pictures
        Assert.Single(session.Views.Views);
    });

    [SkippableFact]
    public void Second_viewer_of_a_real_qemu_takes_the_place_of_the_first() => WithQemu(async session =>
    {
        session.Attach();
        await Shown(session, 1);

        using var second = new QemuVm(session.Loop, new QmpEndpoint(session.Loop, session.Socket), new RecordingViews(), session.Log);
        Task<DetachReason> running = second.RunAsync();

        Assert.Equal(DetachReason.Displaced, await session.Running);
        Assert.False(running.IsCompleted);
    });

    [SkippableFact]
    public void Real_qemu_without_a_private_display_says_what_to_start_with() => WithQemu(
        async session =>
        {
            session.Attach();
            var error = await Assert.ThrowsAsync<QmpException>(() => session.Running);
            Assert.Contains("-display dbus,p2p=on", error.Message, StringComparison.Ordinal);
        },
        "none");

    private static void WithQemu(Func<Session, Task> test, string display = "dbus,p2p=on")
    {
        Skip.IfNot(File.Exists(Program), "needs qemu-system-x86_64 (apt install qemu-system-x86)");
        Session.Bare(session =>
        {
            session.UseRealProcesses = true;
            session.Own(RealQemu.Start(session.Socket, display));
            return test(session);
        });
    }

    private static async Task Shown(Session session, int frames)
    {
        await Session.Until(() => session.Running.IsCompleted || (session.Views.Views.Count > 0 && session.View.Frames.Count >= frames)).ConfigureAwait(true);
        if (session.Running.IsFaulted) await session.Running.ConfigureAwait(true);   // says why
    }

    private sealed class RealQemu : IDisposable
    {
        private readonly Process _process;

        private RealQemu(Process process) => _process = process;

        internal static RealQemu? Current { get; private set; }

        internal static RealQemu Start(string socket, string display = "dbus,p2p=on")
        {
            var start = new ProcessStartInfo(Program);
            string[] arguments =
            [
                "-machine", "pc", "-accel", "tcg", "-m", "64", "-nodefaults", "-device", "VGA",
                "-display", display, "-qmp", $"unix:{socket},server=on,wait=off", "-S",
            ];
            foreach (string argument in arguments) start.ArgumentList.Add(argument);
            Process process = Process.Start(start)!;
            // The file is there a moment before QEMU listens on it, so only a connection tells.
            long end = Environment.TickCount64 + 60_000;
            while (!Listens(socket) && !process.HasExited && Environment.TickCount64 < end) Thread.Sleep(5);
            Assert.False(process.HasExited, "QEMU ended at once");
            return Current = new RealQemu(process);
        }

        private static bool Listens(string path)
        {
            try
            {
                using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                probe.Connect(new UnixDomainSocketEndPoint(path));
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }

        internal void Kill()
        {
            if (!_process.HasExited) _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            Kill();
            _process.Dispose();
        }
    }
}
