using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// Sends keys and pointer events of one console. Nothing here waits for an answer and, once made, nothing allocates;
/// when QEMU does not read, the connection's bound drops events rather than growing. Source: QEMU D-Bus display §3.
/// </summary>
internal sealed class QemuInput
{
    private const uint ButtonLeft = 0x110, ButtonRight = 0x111, ButtonMiddle = 0x112, ButtonSide = 0x113, ButtonExtra = 0x114;
    private const uint WheelUp = 3, WheelDown = 4, WheelLeft = 7, WheelRight = 8;

    /// <summary>More notches than this in one event are a fault of a device, not a wish.</summary>
    private const int MaxNotches = 16;

    private readonly BusConnection _connection;
    private readonly NativeMethodCall _keyPress, _keyRelease, _press, _release, _absolute, _relative;
    private bool _isAbsolute;
    private uint _width, _height;

    internal QemuInput(QemuControl control, uint console)
    {
        _connection = control.Connection;
        _keyPress = control.Prepare(console, QemuNames.Keyboard, "Press");
        _keyRelease = control.Prepare(console, QemuNames.Keyboard, "Release");
        _press = control.Prepare(console, QemuNames.Mouse, "Press");
        _release = control.Prepare(console, QemuNames.Mouse, "Release");
        _absolute = control.Prepare(console, QemuNames.Mouse, "SetAbsPosition");
        _relative = control.Prepare(console, QemuNames.Mouse, "RelMotion");
    }

    internal void SetAbsolute(bool absolute) => _isAbsolute = absolute;

    /// <summary>QEMU's own idea of the console's size, which bounds absolute positions (§11, 11).</summary>
    internal void SetConsoleSize(uint? width, uint? height)
    {
        _width = width ?? _width;
        _height = height ?? _height;
    }

    internal void Key(uint evdevCode, bool pressed)
    {
        if (QemuKeyMap.TryToQnum(evdevCode, out uint qnum)) Send(pressed ? _keyPress : _keyRelease, qnum);
    }

    internal void PointerAbsolute(int x, int y)
    {
        if (!_isAbsolute || _width == 0 || _height == 0) return;
        uint column = (uint)Math.Clamp(x, 0, (int)Math.Min(_width, int.MaxValue) - 1);
        uint row = (uint)Math.Clamp(y, 0, (int)Math.Min(_height, int.MaxValue) - 1);
        _connection.Send(_absolute, (column, row), static (writer, at) =>
        {
            writer.WriteUInt32(at.column);
            writer.WriteUInt32(at.row);
        });
    }

    internal void PointerRelative(int dx, int dy)
    {
        if (_isAbsolute || (dx == 0 && dy == 0)) return;
        _connection.Send(_relative, (dx, dy), static (writer, by) =>
        {
            writer.WriteInt32(by.dx);
            writer.WriteInt32(by.dy);
        });
    }

    internal void Button(uint evdevCode, bool pressed)
    {
        uint? button = evdevCode switch
        {
            ButtonLeft => 0,
            ButtonMiddle => 1,
            ButtonRight => 2,
            ButtonSide => 5,
            ButtonExtra => 6,
            _ => null,
        };
        if (button is { } number) Send(pressed ? _press : _release, number);
    }

    internal void Wheel(int horizontal, int vertical)
    {
        Notches(vertical, WheelUp, WheelDown);
        Notches(horizontal, WheelLeft, WheelRight);
    }

    private void Notches(int count, uint negative, uint positive)
    {
        uint button = count < 0 ? negative : positive;
        for (long left = Math.Min(Math.Abs((long)count), MaxNotches); left > 0; left--)
        {
            Send(_press, button);
            Send(_release, button);
        }
    }

    private void Send(NativeMethodCall call, uint number) =>
        _connection.Send(call, number, static (writer, value) => writer.WriteUInt32(value));
}
