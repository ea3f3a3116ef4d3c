using Microsoft.Win32.SafeHandles;
using Vdmabuf.Core.Loop;
using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>One console of a <see cref="FakeQemu"/>: properties, what was called on it, its listeners.</summary>
internal sealed class FakeConsole(IEventLoop loop, uint index, uint head) : IMessageHandler, IDisposable
{
    private readonly Queue<PendingReply> _heldModes = [];

    internal uint Index => index;

    internal string Type { get; set; } = "Graphic";

    internal uint Width { get; set; } = 64;

    internal uint Height { get; set; } = 48;

    internal bool IsAbsolute { get; set; }

    /// <summary>Every input and mode call, as "Press 30" or "SetUIInfo 800x600 200x150mm".</summary>
    internal List<string> Calls { get; } = [];

    internal List<FakeListener> Listeners { get; } = [];

    internal FakeListener Listener => Listeners[^1];

    /// <summary>Error name that SetUIInfo is answered with.</summary>
    internal string? ModeError { get; set; }

    /// <summary>While set, SetUIInfo stays unanswered until <see cref="AnswerMode"/>.</summary>
    internal bool HoldModes { get; set; }

    internal int HeldModes => _heldModes.Count;

    /// <summary>Takes a listener's socket instead of a D-Bus server.</summary>
    internal Action<SafeFileHandle>? TakeSocket { get; set; }

    /// <summary>When set, RegisterListener is answered with this error name.</summary>
    internal string? RegisterError { get; set; }

    internal void AnswerMode() => _heldModes.Dequeue().ReplyEmpty();

    public bool Handle(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        if (call.InterfaceIs("org.freedesktop.DBus.Properties"u8)) return GetAll(ref call, reader.ReadString());
        if (call.InterfaceIs("org.qemu.Display1.Keyboard"u8))
        {
            Calls.Add($"{(call.MemberIs("Press"u8) ? "KeyPress" : "KeyRelease")} {reader.ReadUInt32():x2}");
            return true;
        }
        if (call.InterfaceIs("org.qemu.Display1.Mouse"u8))
        {
            if (call.MemberIs("SetAbsPosition"u8)) Calls.Add($"SetAbsPosition {reader.ReadUInt32()},{reader.ReadUInt32()}");
            else if (call.MemberIs("RelMotion"u8)) Calls.Add($"RelMotion {reader.ReadInt32()},{reader.ReadInt32()}");
            else Calls.Add($"{(call.MemberIs("Press"u8) ? "Press" : "Release")} {reader.ReadUInt32()}");
            return true;
        }
        if (call.MemberIs("RegisterListener"u8)) return Register(ref call, reader.ReadFd());
        return call.MemberIs("SetUIInfo"u8) && SetUiInfo(ref call);
    }

    public void Dispose()
    {
        foreach (FakeListener listener in Listeners) listener.Dispose();
    }

    internal static void WriteProperty(MessageWriter writer, string name, object value)
    {
        writer.OpenDictEntry("sv"u8);
        writer.WriteString(name);
        switch (value)
        {
            case string text:
                writer.OpenVariant("s"u8);
                writer.WriteString(text);
                break;
            case uint number:
                writer.OpenVariant("u"u8);
                writer.WriteUInt32(number);
                break;
            case bool flag:
                writer.OpenVariant("b"u8);
                writer.WriteBool(flag);
                break;
            case uint[] numbers:
                writer.OpenVariant("au"u8);
                writer.WriteUInt32Array(numbers);
                break;
            case string[] texts:
                writer.OpenVariant("as"u8);
                writer.WriteStringArray(texts);
                break;
        }
        writer.Close();
        writer.Close();
    }

    private bool Register(ref IncomingCall call, SafeFileHandle socket)
    {
        if (RegisterError is { } error)
        {
            socket.Dispose();
            call.ReplyError(error, "refused by the test");
            return true;
        }
        // QEMU answers first and authenticates afterwards.
        call.ReplyEmpty();
        if (TakeSocket is { } take) take(socket);
        else Listeners.Add(new FakeListener(BusConnection.OpenPeerServer(loop, socket)));
        return true;
    }

    private bool SetUiInfo(ref IncomingCall call)
    {
        MessageReader reader = call.Reader;
        ushort widthMm = reader.ReadUInt16(), heightMm = reader.ReadUInt16();
        reader.ReadInt32();
        reader.ReadInt32();
        Calls.Add($"SetUIInfo {reader.ReadUInt32()}x{reader.ReadUInt32()} {widthMm}x{heightMm}mm");
        if (ModeError is { } error) call.ReplyError(error, "no ui_info here");
        else if (HoldModes) _heldModes.Enqueue(call.Defer());
        return true;
    }

    private bool GetAll(ref IncomingCall call, string iface)
    {
        call.Reply(writer =>
        {
            writer.OpenArray("{sv}"u8);
            if (iface == "org.qemu.Display1.Console")
            {
                WriteProperty(writer, "Label", "a head");
                WriteProperty(writer, "Head", head);
                WriteProperty(writer, "Type", Type);
                WriteProperty(writer, "Width", Width);
                WriteProperty(writer, "Height", Height);
                WriteProperty(writer, "Interfaces", (string[])["org.qemu.Display1.Keyboard", "org.qemu.Display1.Mouse"]);
            }
            else if (iface == "org.qemu.Display1.Mouse")
            {
                WriteProperty(writer, "IsAbsolute", IsAbsolute);
            }
            writer.Close();
        });
        return true;
    }
}
