using System.Net.Sockets;
using Vdmabuf.Cli;
using Vdmabuf.Core.Settings;
using Vdmabuf.Tests.Support;
using Vdmabuf.Verbs;
using Vdmabuf.View;

namespace Vdmabuf.Tests;

/// <summary>The verbs in this process, on a host that needs no compositor, with peers that a shell script plays.</summary>
public sealed class RunVerbTests : IDisposable
{
    private static readonly ViewChoices s_choices = new(new ViewSettings(), Fullscreen: false, Statistics: false);
    private readonly TemporaryFolder _folder = new();
    private readonly string? _before = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
    private readonly CapturedLog _log = new();

    public RunVerbTests() => Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _folder.Path);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _before);
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_QEMU_that_cannot_start_gives_its_exit_code_and_leaves_nothing()
    {
        string qemu = _folder.Script("qemu", "exit 7");

        int code = RunVerb.Run([qemu, "-m", "64"], s_choices, new RecordingHost(), _log.Logger);

        Assert.Equal(7, code);
        Assert.Contains("exit code 7", _log.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("vdmabuf")));
    }

    [Fact]
    public void A_QEMU_that_only_answers_a_question_is_no_failure()
    {
        string qemu = _folder.Script("qemu", "exit 0");

        Assert.Equal(0, RunVerb.Run([qemu, "--version"], s_choices, new RecordingHost(), _log.Logger));
        Assert.Empty(_log.Text);
    }

    [Fact]
    public void A_QEMU_ended_by_a_signal_gives_128_and_its_number()
    {
        string qemu = _folder.Script("qemu", "kill -TERM $$");

        Assert.Equal(128 + 15, RunVerb.Run([qemu], s_choices, new RecordingHost(), _log.Logger));
    }

    [Fact]
    public void QEMU_gets_the_users_arguments_first_and_unchanged()
    {
        string qemu = _folder.Script("qemu", $"printf '%s\\n' \"$@\" > {_folder.File("arguments")}");

        RunVerb.Run([qemu, "-name", "a b", "-append", "x  'y' $z", "-m", "64"], s_choices, new RecordingHost(), _log.Logger);

        string[] arguments = File.ReadAllLines(_folder.File("arguments"));
        Assert.Equal(["-name", "a b", "-append", "x  'y' $z", "-m", "64", "-display", "dbus,p2p=on"], arguments[..8]);
        Assert.StartsWith($"unix:{_folder.File("vdmabuf")}/a_b-", arguments[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_monitor_sockets_is_private_even_where_it_was_not()
    {
        Directory.CreateDirectory(_folder.File("vdmabuf"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);

        RunVerb.Run([_folder.Script("qemu", "exit 0")], s_choices, new RecordingHost(), _log.Logger);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("vdmabuf")));
    }

    [Fact]
    public void A_runtime_folder_too_deep_for_a_socket_is_told_before_QEMU_starts()
    {
        string deep = _folder.File(new string('d', 100));
        Directory.CreateDirectory(deep);
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", deep);
        string qemu = _folder.Script("qemu", $"touch {_folder.File("started")}");

        Assert.Equal(ExitCode.Failure, RunVerb.Run([qemu], s_choices, new RecordingHost(), _log.Logger));
        Assert.Contains("107 bytes", _log.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("started")));
    }

    [Fact]
    public void Without_a_host_nothing_is_started()
    {
        string qemu = _folder.Script("qemu", $"touch {_folder.File("started")}");
        var host = new RecordingHost { Refusal = new ViewUnavailableException("no compositor", new IOException()) };

        Assert.Equal(ExitCode.Unavailable, RunVerb.Run([qemu], s_choices, host, _log.Logger));
        Assert.False(File.Exists(_folder.File("started")));
    }

    [Fact]
    public void Attach_to_a_socket_that_is_not_QMP_exits_1_and_says_which_socket_is_meant()
    {
        string path = _folder.File("vm.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task peer = Task.Run(async () =>
        {
            using Socket client = await listener.AcceptAsync();
            await client.SendAsync("220 mail.example.org ESMTP\r\n"u8.ToArray());
            await client.ReceiveAsync(new byte[1]);
        });

        int code = AttachVerb.Run(new AttachTarget(path, null, null), s_choices, new RecordingHost(), _log.Logger);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains(path, _log.Text, StringComparison.Ordinal);
        Assert.Contains("-qmp", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Attach_to_a_socket_that_nobody_serves_exits_3()
    {
        string path = _folder.File("vm.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)) socket.Bind(new UnixDomainSocketEndPoint(path));

        int code = AttachVerb.Run(new AttachTarget(path, null, null), s_choices, new RecordingHost(), _log.Logger);

        Assert.Equal(ExitCode.NotFound, code);
        Assert.Contains(path, _log.Text, StringComparison.Ordinal);
    }
}
