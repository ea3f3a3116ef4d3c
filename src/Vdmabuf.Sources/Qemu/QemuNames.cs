namespace Vdmabuf.Sources.Qemu;

/// <summary>Names of QEMU's D-Bus display (spec: QEMU D-Bus display §2 to §4).</summary>
internal static class QemuNames
{
    internal const string BusName = "org.qemu";
    internal const string VmPath = "/org/qemu/Display1/VM";
    internal const string ListenerPath = "/org/qemu/Display1/Listener";
    internal const string Vm = "org.qemu.Display1.VM";
    internal const string Console = "org.qemu.Display1.Console";
    internal const string Keyboard = "org.qemu.Display1.Keyboard";
    internal const string Mouse = "org.qemu.Display1.Mouse";
    internal const string ListenerMap = "org.qemu.Display1.Listener.Unix.Map";
    internal const string ListenerDmaBuf2 = "org.qemu.Display1.Listener.Unix.ScanoutDMABUF2";
    internal const string Unsupported = "org.qemu.Display1.Error.Unsupported";

    internal static ReadOnlySpan<byte> ListenerUtf8 => "org.qemu.Display1.Listener"u8;

    internal static ReadOnlySpan<byte> ListenerMapUtf8 => "org.qemu.Display1.Listener.Unix.Map"u8;

    internal static ReadOnlySpan<byte> ListenerDmaBuf2Utf8 => "org.qemu.Display1.Listener.Unix.ScanoutDMABUF2"u8;

    internal static string ConsolePath(uint index) => $"/org/qemu/Display1/Console_{index}";
}
