namespace Vdmabuf.Window.Cursor;

/// <summary>What the host's pointer should look like over a guest.</summary>
internal enum HostLook
{
    /// <summary>The desktop's arrow: the guest has said nothing yet.</summary>
    Arrow,

    /// <summary>The guest's shape.</summary>
    Guest,

    /// <summary>Nothing: the guest hides it, or its pointer is drawn elsewhere.</summary>
    Hidden,
}

/// <summary>The guest's pointer: shape, place and whether it takes positions or motion.</summary>
internal sealed class GuestPointer
{
    internal CursorImage Image { get; } = new();

    internal int X { get; private set; }

    internal int Y { get; private set; }

    internal bool IsVisible { get; private set; }

    /// <summary>True where the guest takes positions (a tablet), which is also what to believe before it tells.</summary>
    internal bool IsAbsolute { get; set; } = true;

    internal void MoveTo(int x, int y, bool visible) => (X, Y, IsVisible) = (x, y, visible);

    /// <summary>
    /// Some guests say "hidden" at connect and send no shape until it changes: until then the arrow is better than
    /// nothing (spec: QEMU D-Bus display §6). A guest that takes motion only has its pointer drawn at its own place: the
    /// host's is the desktop's arrow until it is locked, for one shape in two places says nothing.
    /// </summary>
    internal HostLook HostLook(bool locked) =>
        locked ? Cursor.HostLook.Hidden : !Image.IsDefined || !IsAbsolute ? Cursor.HostLook.Arrow : IsVisible ? Cursor.HostLook.Guest : Cursor.HostLook.Hidden;
}
