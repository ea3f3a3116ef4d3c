using System.Runtime.InteropServices;
using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Tests.Support;

/// <summary>QEMU's end of a listener's socket: the handshake it does, then whatever a test says.</summary>
internal sealed class FakeListener : IDisposable
{
    internal const uint Xrgb = 0x20020888;
    internal const uint Fourcc = 0x34325258;

    private const string Listener = "org.qemu.Display1.Listener";
    private readonly TaskCompletionSource _ready = new();

    internal FakeListener(BusConnection connection)
    {
        Connection = connection;
        connection.Closed += _ => IsClosed = true;
        _ = HandshakeAsync();
    }

    internal BusConnection Connection { get; }

    internal bool IsClosed { get; private set; }

    /// <summary>Sub-interfaces the viewer offers.</summary>
    internal string[] Interfaces { get; private set; } = [];

    /// <summary>The handshake is through, as far as QEMU registers the listener.</summary>
    internal Task Ready => _ready.Task;

    public void Dispose() => Connection.Dispose();

    internal Task ScanoutMap(SafeHandle fd, uint width = 64, uint height = 48, uint? stride = null, uint offset = 0, uint format = Xrgb) =>
        Call($"{Listener}.Unix.Map", "ScanoutMap", writer =>
        {
            writer.WriteFd(fd);
            writer.WriteUInt32(offset);
            writer.WriteUInt32(width);
            writer.WriteUInt32(height);
            writer.WriteUInt32(stride ?? unchecked(width * 4));
            writer.WriteUInt32(format);
        });

    internal void UpdateMap(int x, int y, int width, int height) => Send($"{Listener}.Unix.Map", "UpdateMap", Rectangle(x, y, width, height));

    internal Task UpdateDmaBuf(int x, int y, int width, int height) => Call(Listener, "UpdateDMABUF", Rectangle(x, y, width, height));

    internal Task ScanoutDmaBuf(SafeHandle fd, uint width = 64, uint height = 48, uint? stride = null, uint fourcc = Fourcc, ulong modifier = 0, bool bottomUp = false) =>
        Call(Listener, "ScanoutDMABUF", writer =>
        {
            writer.WriteFd(fd);
            writer.WriteUInt32(width);
            writer.WriteUInt32(height);
            writer.WriteUInt32(stride ?? unchecked(width * 4));
            writer.WriteUInt32(fourcc);
            writer.WriteUInt64(modifier);
            writer.WriteBool(bottomUp);
        });

    internal Task ScanoutDmaBuf2(
        SafeHandle[] fds, uint[] offsets, uint[] strides, uint planes, uint fourcc = Fourcc,
        uint x = 0, uint y = 0, uint width = 64, uint height = 48, uint backingWidth = 64, uint backingHeight = 48) =>
        Call($"{Listener}.Unix.ScanoutDMABUF2", "ScanoutDMABUF2", writer =>
        {
            writer.OpenArray("h"u8);
            foreach (SafeHandle fd in fds) writer.WriteFd(fd);
            writer.Close();
            writer.WriteUInt32(x);
            writer.WriteUInt32(y);
            writer.WriteUInt32(width);
            writer.WriteUInt32(height);
            writer.WriteUInt32Array(offsets);
            writer.WriteUInt32Array(strides);
            writer.WriteUInt32(planes);
            writer.WriteUInt32(fourcc);
            writer.WriteUInt32(backingWidth);
            writer.WriteUInt32(backingHeight);
            writer.WriteUInt64(0);
            writer.WriteBool(false);
        });

    internal Task Scanout(uint width, uint height, uint stride, byte[] pixels, uint format = Xrgb) => Call(Listener, "Scanout", writer =>
    {
        writer.WriteUInt32(width);
        writer.WriteUInt32(height);
        writer.WriteUInt32(stride);
        writer.WriteUInt32(format);
        writer.WriteByteArray(pixels);
    });

    internal Task Update(int x, int y, int width, int height, byte[] pixels, uint? stride = null, uint format = Xrgb) => Call(Listener, "Update", writer =>
    {
        Rectangle(x, y, width, height)(writer);
        writer.WriteUInt32(stride ?? (uint)(width * 4));
        writer.WriteUInt32(format);
        writer.WriteByteArray(pixels);
    });

    internal void Disable() => Send(Listener, "Disable", null);

    internal void MouseSet(int x, int y, int on) => Send(Listener, "MouseSet", writer =>
    {
        writer.WriteInt32(x);
        writer.WriteInt32(y);
        writer.WriteInt32(on);
    });

    internal void CursorDefine(int width, int height, int hotX, int hotY, byte[] pixels) => Send(Listener, "CursorDefine", writer =>
    {
        Rectangle(width, height, hotX, hotY)(writer);
        writer.WriteByteArray(pixels);
    });

    /// <summary>A call whose answer comes after all before it have been dealt with.</summary>
    internal Task<string[]> Sync() => ReadInterfacesAsync(Listener);

    internal async Task Call(string iface, string member, MessageWriterAction? body)
    {
        using DBusReply reply = await Connection.CallAsync(Target(iface, member), body).ConfigureAwait(true);
    }

    internal void Send(string iface, string member, MessageWriterAction? body) => Assert.True(Connection.Send(Target(iface, member), body));

    private static MethodCall Target(string iface, string member) => new(null, "/org/qemu/Display1/Listener", iface, member);

    private static MessageWriterAction Rectangle(int a, int b, int c, int d) => writer =>
    {
        writer.WriteInt32(a);
        writer.WriteInt32(b);
        writer.WriteInt32(c);
        writer.WriteInt32(d);
    };

    private async Task HandshakeAsync()
    {
        try
        {
            await Connection.Ready.ConfigureAwait(true);
            Interfaces = await ReadInterfacesAsync(Listener).ConfigureAwait(true);
            foreach (string iface in Interfaces) await ReadInterfacesAsync(iface).ConfigureAwait(true);
            _ready.TrySetResult();
        }
        catch (Exception error)
        {
            _ready.TrySetException(error);
        }
    }

    private Task<string[]> ReadInterfacesAsync(string iface) => Connection.CallAsync(
        Target("org.freedesktop.DBus.Properties", "GetAll"), writer => writer.WriteString(iface), static reader =>
        {
            string[] found = [];
            reader.EnterArray("{sv}"u8);
            while (!reader.AtEnd)
            {
                reader.EnterDictEntry("sv"u8);
                Assert.Equal("Interfaces", reader.ReadString());
                reader.EnterVariant("as"u8);
                found = reader.ReadStringArray();
                reader.Exit();
                reader.Exit();
            }
            reader.Exit();
            return found;
        });
}
