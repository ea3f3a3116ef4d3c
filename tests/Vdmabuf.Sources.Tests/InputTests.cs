using Vdmabuf.Core.Scanout;
using Vdmabuf.Sources.Qemu;
using Vdmabuf.Sources.Tests.Support;

namespace Vdmabuf.Sources.Tests;

public sealed class InputTests
{
    // Spot checks of every group: typewriter keys, keypad, e0 keys, the checks the specification gives, the table's ends.
    [Theory]
    [InlineData(1u, 0x01u)]
    [InlineData(30u, 0x1eu)]
    [InlineData(84u, 0x54u)]
    [InlineData(85u, 0x76u)]
    [InlineData(86u, 0x56u)]
    [InlineData(88u, 0x58u)]
    [InlineData(96u, 0x9cu)]
    [InlineData(97u, 0x9du)]
    [InlineData(99u, 0x54u)]
    [InlineData(100u, 0xb8u)]
    [InlineData(111u, 0xd3u)]
    [InlineData(112u, 0xefu)]
    [InlineData(119u, 0xc6u)]
    [InlineData(125u, 0xdbu)]
    [InlineData(128u, 0xe8u)]
    [InlineData(136u, 0xc1u)]
    [InlineData(147u, 0x93u)]
    [InlineData(148u, 0x9fu)]
    [InlineData(159u, 0xe9u)]
    [InlineData(169u, 0x63u)]
    [InlineData(171u, 0x81u)]
    [InlineData(176u, 0x88u)]
    [InlineData(183u, 0x5du)]
    [InlineData(199u, 0xa7u)]
    [InlineData(213u, 0xbdu)]
    [InlineData(226u, 0xedu)]
    [InlineData(239u, 0xf4u)]
    public void Key_has_the_number_of_the_specification(uint evdev, uint expected)
    {
        Assert.True(QemuKeyMap.TryToQnum(evdev, out uint qnum));
        Assert.Equal(expected, qnum);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(170u)]
    [InlineData(174u)]
    [InlineData(175u)]
    [InlineData(240u)]
    [InlineData(248u)]
    [InlineData(0x110u)]
    [InlineData(uint.MaxValue)]
    public void Key_without_number_is_not_sent(uint evdev) => Assert.False(QemuKeyMap.TryToQnum(evdev, out _));

    [Fact]
    public void Only_print_and_the_102nd_row_share_a_number()
    {
        var keys = Enumerable.Range(0, 256).Select(code => (Code: (uint)code, Known: QemuKeyMap.TryToQnum((uint)code, out uint q), Qnum: q));
        uint[][] shared = [.. keys.Where(key => key.Known).GroupBy(key => key.Qnum).Where(g => g.Count() > 1).Select(g => g.Select(key => key.Code).ToArray())];
        Assert.Equal([84u, 99u], Assert.Single(shared));
    }

    [Fact]
    public void Keys_and_buttons_are_sent_and_unknown_ones_are_not() => Session.Attached(async session =>
    {
        IScanoutSource source = session.View.Source;
        source.Key(30, true);
        source.Key(240, true);
        source.Key(30, false);
        foreach (uint button in (uint[])[0x110, 0x111, 0x112, 0x113, 0x114, 0x115]) source.PointerButton(button, true);
        source.PointerButton(0x110, false);
        await Expect(session, "KeyPress 1e", "KeyRelease 1e", "Press 0", "Press 2", "Press 1", "Press 5", "Press 6", "Release 0");
    });

    [Fact]
    public void Wheel_notch_is_a_press_and_a_release() => Session.Attached(async session =>
    {
        session.View.Source.PointerWheel(0, -1);
        session.View.Source.PointerWheel(1, 2);
        session.View.Source.PointerWheel(-1, 0);
        await Expect(session, "Press 3", "Release 3", "Press 4", "Release 4", "Press 4", "Release 4", "Press 8", "Release 8", "Press 7", "Release 7");
    });

    [Fact]
    public void Wheel_of_a_broken_device_is_bounded() => Session.Attached(async session =>
    {
        session.View.Source.PointerWheel(0, int.MinValue);
        session.View.Source.Key(1, true);
        await Session.Until(() => session.Qemu.Consoles[0].Calls.Contains("KeyPress 01"));
        Assert.Equal(33, session.Qemu.Consoles[0].Calls.Count);
    });

    [Fact]
    public void Pointer_follows_the_mode_the_guest_has() => Session.Attached(async session =>
    {
        IScanoutSource source = session.View.Source;
        Assert.False(session.View.IsAbsolute);
        source.PointerAbsolute(1, 1);
        source.PointerRelative(-3, 4);

        session.Qemu.ChangeProperty(0, "org.qemu.Display1.Mouse", "IsAbsolute", true);
        await Session.Until(() => session.View.IsAbsolute == true);
        source.PointerRelative(1, 1);
        source.PointerAbsolute(63, 47);
        await Expect(session, "RelMotion -3,4", "SetAbsPosition 63,47");
    });

    [Fact]
    public void Absolute_position_is_kept_within_the_console() => Session.Attached(
        async session =>
        {
            Assert.True(session.View.IsAbsolute);
            session.View.Source.PointerAbsolute(-1, int.MinValue);
            session.View.Source.PointerAbsolute(64, int.MaxValue);
            await Expect(session, "SetAbsPosition 0,0", "SetAbsPosition 63,47");

            session.Qemu.ChangeProperty(0, "org.qemu.Display1.Console", "Width", 800u);
            session.Qemu.ChangeProperty(0, "org.qemu.Display1.Console", "Height", 600u);
            session.Qemu.ChangeProperty(0, "org.qemu.Display1.Mouse", "IsAbsolute", false);
            await Session.Until(() => session.View.IsAbsolute == false);
            session.Qemu.ChangeProperty(0, "org.qemu.Display1.Mouse", "IsAbsolute", true);
            await Session.Until(() => session.View.IsAbsolute == true);
            session.View.Source.PointerAbsolute(5000, 5000);
            await Expect(session, "SetAbsPosition 799,599");
        },
        qemu => qemu.Consoles[0].IsAbsolute = true);

    [Fact]
    public void Input_to_a_vm_that_is_gone_is_dropped() => Session.Attached(async session =>
    {
        session.Qemu.Dispose();
        await Session.Until(() => session.View.Events.Contains("VmGone"));
        session.View.Source.Key(30, true);
        session.View.Source.PointerRelative(1, 1);
        session.View.Source.RequestSize(1, 1, 0, 0);
        session.View.Source.FrameDone(99);
        Assert.False(session.Running.IsCompleted);
    });

    /// <summary>Waits for exactly these calls and forgets them.</summary>
    private static async Task Expect(Session session, params string[] calls)
    {
        List<string> seen = session.Qemu.Consoles[0].Calls;
        await Session.Until(() => seen.Count >= calls.Length);
        Assert.Equal(calls, seen);
        seen.Clear();
    }
}
