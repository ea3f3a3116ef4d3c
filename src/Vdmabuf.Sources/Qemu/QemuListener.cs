using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Imaging;
using Vdmabuf.Core.Loop;
using Vdmabuf.Core.Scanout;
using Vdmabuf.DBus;
using ITimer = Vdmabuf.Core.Loop.ITimer;

namespace Vdmabuf.Sources.Qemu;

/// <summary>
/// The object QEMU calls on a listener socket: turns its scanouts, updates and cursors into calls on a view. Every
/// number is judged before it is used; what is refused gets an error reply where one is awaited and a log line, and
/// the last good frame stays. Source: QEMU D-Bus display §4 to §6.
/// </summary>
internal sealed partial class QemuListener : IMessageHandler, IDisposable
{
    /// <summary>
    /// After a new scanout QEMU nearly always says next what is damaged in it (one round trip later in Unix.Map).
    /// Waiting this long makes one frame of the two; nothing coming, the scanout is shown as it is.
    /// </summary>
    internal const long UpdateGraceMicroseconds = 4_000;

    /// <summary>In blob mode each flip sends a Disable for the buffer before: only one that stays alone means "off" (§6).</summary>
    internal const long DisableGraceMicroseconds = 300_000;

    private readonly IEventLoop _loop;
    private readonly IScanoutView _view;
    private readonly ILogger _log;
    private readonly string _name;
    private readonly QemuTransport _transport;
    private readonly BufferTable _buffers = new();
    private readonly FrameAcknowledgements _acknowledgements = new();
    private readonly ITimer _updateGrace;
    private readonly ITimer _disableGrace;
    private GuestBuffer? _current;
    private PixelBlock? _bytes;
    private bool _scanoutUnseen;
    private ulong _serial;

    /// <summary>Frames count on from <paramref name="lastSerial"/>: the view outlives listeners, and serials are its own.</summary>
    internal QemuListener(IEventLoop loop, IScanoutView view, ILogger log, string name, ulong lastSerial, QemuTransport transport = QemuTransport.Auto)
    {
        _serial = lastSerial;
        _loop = loop;
        _view = view;
        _log = log;
        _name = name;
        _transport = transport;
        _updateGrace = loop.CreateTimer(OnUpdateGrace);
        _disableGrace = loop.CreateTimer(OnDisableGrace);
    }

    /// <summary>Serial of the frame sent to the view last.</summary>
    internal ulong LastSerial => _serial;

    /// <summary>How often something QEMU sent was refused.</summary>
    internal long Refusals { get; private set; }

    /// <summary>The view is done with every frame up to <paramref name="serial"/>: QEMU may go on.</summary>
    internal void FrameDone(ulong serial) => _acknowledgements.Complete(serial);

    /// <inheritdoc/>
    public bool Handle(ref IncomingCall call)
    {
        if (call.InterfaceIs(QemuNames.ListenerUtf8)) return HandleListener(ref call);
        if (call.InterfaceIs(QemuNames.ListenerMapUtf8)) return HandleMap(ref call);
        if (call.InterfaceIs(QemuNames.ListenerDmaBuf2Utf8)) return HandleDmaBuf2(ref call);
        if (call.InterfaceIs("org.freedesktop.DBus.Properties"u8)) return HandleProperties(ref call);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _updateGrace.Dispose();
        _disableGrace.Dispose();
        _acknowledgements.Dispose();
        _buffers.Dispose();
        _current = null;
    }

    private bool HandleListener(ref IncomingCall call)
    {
        if (call.MemberIs("UpdateDMABUF"u8)) return Checked(ref call, "iiii"u8) && OnUpdate(ref call, awaited: call.ReplyExpected);
        if (call.MemberIs("Update"u8)) return Checked(ref call, "iiiiuuay"u8) && OnUpdateBytes(ref call);
        if (call.MemberIs("Scanout"u8)) return Checked(ref call, "uuuuay"u8) && OnScanoutBytes(ref call);
        if (call.MemberIs("ScanoutDMABUF"u8)) return Checked(ref call, "huuuutb"u8) && OnScanoutDmaBuf(ref call);
        if (call.MemberIs("MouseSet"u8)) return Checked(ref call, "iii"u8) && OnMouseSet(ref call);
        if (call.MemberIs("CursorDefine"u8)) return Checked(ref call, "iiiiay"u8) && OnCursorDefine(ref call);
        if (call.MemberIs("Disable"u8)) return Checked(ref call, ""u8) && OnDisable(ref call);
        return false;
    }

    private bool HandleMap(ref IncomingCall call)
    {
        if (call.MemberIs("UpdateMap"u8)) return Checked(ref call, "iiii"u8) && OnUpdate(ref call, awaited: false);
        if (call.MemberIs("ScanoutMap"u8)) return Checked(ref call, "huuuuu"u8) && OnScanoutMap(ref call);
        return false;
    }

    private bool HandleDmaBuf2(ref IncomingCall call) =>
        call.MemberIs("ScanoutDMABUF2"u8) && Checked(ref call, "ahuuuuauauuuuutb"u8) && OnScanoutDmaBuf2(ref call);

    /// <summary>QEMU reads which sub-interfaces we offer, then each of those, and waits for every answer (§5.3).</summary>
    private bool HandleProperties(ref IncomingCall call)
    {
        bool one = call.MemberIs("Get"u8);
        if (!one && !call.MemberIs("GetAll"u8)) return false;
        if (!call.HasSignature(one ? "ss"u8 : "s"u8)) return false;
        MessageReader reader = call.Reader;
        bool listener = reader.ReadStringSpan().SequenceEqual(QemuNames.ListenerUtf8);
        if (one)
        {
            if (!listener || !reader.ReadStringSpan().SequenceEqual("Interfaces"u8)) return false;
            call.Reply((MessageWriter writer) => WriteInterfaces(writer));
        }
        else if (listener)
        {
            call.Reply((MessageWriter writer) =>
            {
                writer.OpenArray("{sv}"u8);
                writer.OpenDictEntry("sv"u8);
                writer.WriteString("Interfaces");
                WriteInterfaces(writer);
                writer.Close();
                writer.Close();
            });
        }
        else
        {
            call.Reply(static (MessageWriter writer) =>
            {
                writer.OpenArray("{sv}"u8);
                writer.Close();
            });
        }
        return true;
    }

    private void WriteInterfaces(MessageWriter writer)
    {
        writer.OpenVariant("as"u8);
        writer.OpenArray("s"u8);
        if (_transport != QemuTransport.Bytes) writer.WriteString(QemuNames.ListenerMap);
        if (_transport == QemuTransport.Auto) writer.WriteString(QemuNames.ListenerDmaBuf2);
        writer.Close();
        writer.Close();
    }

    private bool Checked(ref IncomingCall call, ReadOnlySpan<byte> signature)
    {
        if (call.HasSignature(signature)) return true;
        if (CountRefusal()) Log.WrongSignature(_log, _name, Refusals);
        // Answered, which outweighs the "not handled" that false becomes.
        call.ReplyError("org.freedesktop.DBus.Error.InvalidArgs", "not the arguments of this method");
        return false;
    }

    private void OnUpdateGrace()
    {
        if (_scanoutUnseen && _current is { } buffer) PresentWhole(buffer, awaited: false);
    }

    private void OnDisableGrace() => _view.ShowAbsence(ScanoutAbsence.Disabled);

    private void PresentWhole(GuestBuffer buffer, bool awaited) =>
        Present(buffer, Rect.Whole(buffer.Layout.Crop.Width, buffer.Layout.Crop.Height), awaited);

    private void Present(GuestBuffer buffer, Rect damage, bool awaited)
    {
        _scanoutUnseen = false;
        _updateGrace.Disarm();
        _disableGrace.Disarm();
        _buffers.Presented(buffer);
        _view.Present(buffer, damage, ++_serial, awaited);
    }
}
