using System.Text;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

/// <summary>Monitors that cannot be used: each failure names the socket and the next step, and nothing hangs.</summary>
public sealed class QmpTests
{
    [Fact]
    public void Socket_that_is_not_there_is_named() => Fails(null, "cannot reach QEMU's monitor", "-qmp unix:");

    [Fact]
    public void Http_server_is_not_a_monitor() => Greets("HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak QMP", "HTTP/1.1 400", "-qmp");

    [Fact]
    public void Json_that_is_no_object_is_not_a_monitor() => Greets("[1, 2, 3]\r\n", "does not speak QMP", "[1, 2, 3]");

    [Fact]
    public void Object_that_is_no_greeting_is_not_a_monitor() => Greets("{\"QMP\": 3}\r\n", "greeting that is not QMP's");

    [Fact]
    public void Guest_agent_is_not_a_monitor() => Greets("{\"return\": {}}\r\n", "greeting that is not QMP's", "guest agent");

    [Fact]
    public void Text_that_is_not_utf8_is_not_a_monitor() => Fails(
        qmp => qmp.Greeting = [.. "{\"QMP\": \""u8, 0xff, 0xfe, .. "\"}\n"u8], "does not speak QMP");

    [Fact]
    public void Endless_line_is_not_read_for_ever() => Greets(new string('x', (1 << 20) + 8192), "does not speak QMP");

    [Fact]
    public void Deeply_nested_line_is_not_a_monitor() => Greets(new string('[', 100_000) + "\n", "does not speak QMP");

    [Fact]
    public void Monitor_that_is_silent_is_given_up() => Fails(500, qmp => qmp.Greeting = null, "did not send its greeting", "one client at a time");

    [Fact]
    public void Monitor_that_closes_is_told_of() => Session.Bare(async session =>
    {
        session.Start(qemu => qemu.Qmp!.Greeting = null);
        session.Attach();
        await Session.Until(() => session.Qemu.Qmp!.Connections == 1);
        session.Qemu.Dispose();
        var error = await Assert.ThrowsAsync<QmpException>(() => session.Running);
        Assert.Contains("closed the connection while its greeting was awaited", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Qemu_without_private_display_is_told_what_to_start_with() => Fails(
        qmp => qmp.AddClientError = "p2p connections not accepted in bus mode", "refused add_client: p2p connections not accepted", "-display dbus,p2p=on");

    [Fact]
    public void Qemu_older_than_its_display_is_refused() => Fails(qmp => qmp.Greeting = FakeQmp.GreetingOf("6", "2", "0"), "version 6.2", "7.0 or newer");

    [Theory]
    [InlineData("{\"error\": 5}")]
    [InlineData("{\"error\": {\"class\": 7, \"desc\": []}}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"return\"")]
    [InlineData("")]
    public void Nonsense_for_an_answer_is_refused(string answer) => Fails(qmp => qmp.AnswerToAll = answer, "/qmp");

    private static void Greets(string text, params string[] expected) => Fails(qmp => qmp.Greeting = Encoding.UTF8.GetBytes(text), expected);

    private static void Fails(Action<FakeQmp>? prepare, params string[] expected) => Fails(20_000, prepare, expected);

    private static void Fails(int patienceMilliseconds, Action<FakeQmp>? prepare, params string[] expected) => Session.Bare(async session =>
    {
        if (prepare is not null)
        {
            session.Start(qemu => prepare(qemu.Qmp!));
        }
        session.Attach(new QmpEndpoint(session.Loop, session.Socket) { Patience = TimeSpan.FromMilliseconds(patienceMilliseconds) });

        var error = await Assert.ThrowsAsync<QmpException>(() => session.Running);

        foreach (string part in expected) Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains(session.Folder, error.Message, StringComparison.Ordinal);
        Assert.Empty(session.Views.Views);
    });
}
