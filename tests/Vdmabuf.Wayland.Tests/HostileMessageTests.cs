using FsCheck.Xunit;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Dmabuf;
using Vdmabuf.Wayland.Protocol;

namespace Vdmabuf.Wayland.Tests;

/// <summary>Whatever a peer sends ends in events or in one of the documented exceptions, and leaks no fd.</summary>
public sealed class HostileMessageTests
{
    [Property(MaxTest = 300)]
    public bool Random_messages_end_in_events_or_a_documented_exception((byte Target, byte Opcode, uint[] Body, bool WithFd)[] messages)
    {
        (SafeFileHandle end, SafeFileHandle write) = Libc.CreatePipe();
        using SafeFileHandle read = end;
        using (var peer = new RawPeer())
        {
            WlSeat seat = peer.Bind<WlSeat>(7);
            WlKeyboard keyboard = seat.GetKeyboard();
            WlDataDevice device = peer.Bind<WlDataDeviceManager>(3).GetDataDevice(seat);
            WlSurface surface = peer.Bind<WlCompositor>(6).CreateSurface();
            ZwpLinuxDmabufV1 dmabuf = peer.Bind<ZwpLinuxDmabufV1>(4);
            using var capabilities = new DmabufCapabilities(dmabuf);
            keyboard.Enter += (serial, target, keys) => GC.KeepAlive(keys.ToArray());
            device.DataOffer += offer => offer.Offer += _ => { };
            surface.Frame();
            try
            {
                foreach ((byte target, byte opcode, uint[] body, bool withFd) in messages)
                {
                    // Small numbers make plausible ids and lengths; the shape of a message is right half the time.
                    uint[] words = [.. body.Select(word => (word & 1) == 0 ? word % 40 : 0xff000000 | (word % 4))];
                    byte[] content = RawPeer.Words(words);
                    peer.SendWithFd(withFd ? write : null, (target % 16u) + 1, (ushort)(opcode % 8), content);
                    peer.Display.ReadAndDispatch();
                    peer.Drain();
                }
            }
            catch (WaylandException)
            {
                // The documented end; what matters is checked below.
            }
        }

        write.Dispose();
        return Libc.IsHungUp(read);
    }

    [Property(MaxTest = 300)]
    public bool Random_feedback_is_accepted_or_rejected_but_never_throws(ushort[] indices, byte[] device, byte entries, bool twice)
    {
        using var peer = new RawPeer();
        using var capabilities = new DmabufCapabilities(peer.Bind<ZwpLinuxDmabufV1>(4));
        int answers = 0;
        capabilities.Changed += () => answers++;
        capabilities.Rejected += _ => answers++;
        uint feedback = peer.ReadRequests()[^1].Word(0);
        using SafeFileHandle table = Libc.CreateMemfd(new byte[entries * 16]);
        peer.SendWithFd(table, feedback, 1, RawPeer.Words(entries * 16u));
        peer.Send(feedback, 4, RawPeer.Array(device));
        peer.Send(feedback, 5, RawPeer.Array(System.Runtime.InteropServices.MemoryMarshal.AsBytes(indices.AsSpan())));
        peer.Send(feedback, 3);
        peer.Send(feedback, 0);
        if (twice) peer.Send(feedback, 0);

        peer.Display.ReadAndDispatch();

        bool sound = device.Length == 8 && indices.All(index => index < entries);
        return answers == (twice ? 2 : 1) && capabilities.IsReady == (sound || twice);
    }
}
