using System.Text;
using Vdmabuf.Compositor.Wire;

namespace Vdmabuf.Compositor;

/// <summary>wl_seat as one client bound it.</summary>
internal sealed class SeatResource(Client client, uint id, uint version) : Resource(client, id, "wl_seat", version)
{
    private SeatCapabilities _everOffered;

    internal void Announce()
    {
        AnnounceCapabilities();
        Send("name", "seat0");
    }

    internal void AnnounceCapabilities()
    {
        _everOffered |= Compositor.Seat.Capabilities;
        Send("capabilities", (uint)Compositor.Seat.Capabilities);
    }

    internal override void Handle(string request, RequestArgs args)
    {
        switch (request)
        {
            case "get_pointer":
                Require(SeatCapabilities.Pointer, request);
                _ = new PointerResource(Client, args.Uint(0), Version);
                break;
            case "get_keyboard":
                Require(SeatCapabilities.Keyboard, request);
                new KeyboardResource(Client, args.Uint(0), Version).Announce();
                break;
            case "get_touch":
                Require(SeatCapabilities.Touch, request);
                _ = new InertResource(Client, args.Uint(0), "wl_touch", Version);
                break;
        }
    }

    private void Require(SeatCapabilities capability, string request)
    {
        if (!_everOffered.HasFlag(capability))
            throw Fault("missing_capability", $"{request} without the capability");
    }
}

/// <summary>wl_pointer.</summary>
internal sealed class PointerResource(Client client, uint id, uint version) : Resource(client, id, "wl_pointer", version)
{
    internal override void Handle(string request, RequestArgs args)
    {
        if (request != "set_cursor")
            return;
        Surface? surface = args.OptionalObject<Surface>(1);
        surface?.TakeRole("cursor", null, m => Fault("role", m));
        Compositor.Seat.CursorSet(args.Uint(0), surface, args.Int(2), args.Int(3), 0);
    }
}

/// <summary>wl_keyboard.</summary>
internal sealed class KeyboardResource(Client client, uint id, uint version) : Resource(client, id, "wl_keyboard", version)
{
    private const uint XkbV1 = 1;

    internal void Announce()
    {
        SendKeymap();
        Send("repeat_info", Compositor.Options.KeyRepeatRate, Compositor.Options.KeyRepeatDelayMilliseconds);
    }

    /// <summary>The keymap is a new memfd each time, terminated as xkb clients expect.</summary>
    internal void SendKeymap()
    {
        byte[] text = Encoding.UTF8.GetBytes(Compositor.Keymap + '\0');
        Send("keymap", XkbV1, Memfd.Create("keymap", text), (uint)text.Length);
    }

    internal override void Handle(string request, RequestArgs args)
    {
    }
}
