using Vdmabuf.Core.Imaging;

namespace Vdmabuf.Core.Scanout;

/// <summary>
/// Where a source sends what one head of a VM shows. A window is one; a test recorder is another. All calls come
/// on the loop's thread. A view never blocks and never throws for what a guest sent: it reports.
/// </summary>
/// <remarks>
/// Damage is in scanout coordinates (0,0 = top left of what the user sees), already clipped to the scanout.
/// Frames carry a serial, growing by one within a view; the view answers each with
/// <see cref="IScanoutSource.FrameDone"/>, which counts for all smaller serials too.
/// </remarks>
public interface IScanoutView
{
    /// <summary>
    /// Shows <paramref name="buffer"/>, in which <paramref name="damage"/> differs from what is shown now. Where
    /// <paramref name="awaited"/>, the guest's next frame waits for <see cref="IScanoutSource.FrameDone"/>, so the view
    /// answers within its bound also while hidden.
    /// </summary>
    void Present(GuestBuffer buffer, Rect damage, ulong serial, bool awaited);

    /// <summary>
    /// Begins a scanout whose pixels the VM sends by value: from here on, <see cref="Write"/> draws into an image of
    /// this size that the view owns. The picture shown before stays until the first write.
    /// </summary>
    void BeginBytes(int width, int height, uint fourcc);

    /// <summary>
    /// Draws <paramref name="pixels"/> (rows <paramref name="stride"/> bytes apart, validated by the source to hold
    /// the whole rectangle) at <paramref name="target"/>. The span is valid during the call only.
    /// </summary>
    void Write(Rect target, int stride, ReadOnlySpan<byte> pixels, ulong serial);

    /// <summary>The head has no picture, and why: the view keeps the last good frame and says so.</summary>
    void ShowAbsence(ScanoutAbsence reason);

    /// <summary>The guest's pointer shape. Pixels are 32-bit words 0xAARRGGBB, host-endian, tightly packed.</summary>
    void DefineCursor(int width, int height, int hotX, int hotY, ReadOnlySpan<byte> argb);

    /// <summary>Where the guest's pointer is, in scanout pixels, and whether it is shown.</summary>
    void MoveCursor(int x, int y, bool visible);

    /// <summary>Whether the guest takes absolute pointer positions (a tablet) or only motion.</summary>
    void SetPointerMode(bool absolute);

    /// <summary>The name a user knows the head by.</summary>
    void SetTitle(string title);
}

/// <summary>Why a head shows nothing new.</summary>
public enum ScanoutAbsence
{
    /// <summary>The guest switched the head off.</summary>
    Disabled,

    /// <summary>The VM is off or its process is gone; the source is waiting for it to come back.</summary>
    VmGone,
}

/// <summary>The way back: what a view tells the source of its scanout. A source never calls a view from here.</summary>
public interface IScanoutSource
{
    /// <summary>
    /// Every frame up to <paramref name="serial"/> is dealt with: on the screen, replaced by a newer one, or - hidden
    /// window - let go by policy. The source may pace the guest by it. It does not release buffers.
    /// </summary>
    void FrameDone(ulong serial);

    /// <summary>The compositor (and every holder of a hand-out) no longer reads the buffer.</summary>
    void BufferReleased(GuestBuffer buffer);

    /// <summary>A key, by Linux evdev code.</summary>
    void Key(uint evdevCode, bool pressed);

    /// <summary>The pointer is at this scanout pixel (absolute mode).</summary>
    void PointerAbsolute(int x, int y);

    /// <summary>The pointer moved by this many guest pixels (relative mode).</summary>
    void PointerRelative(int dx, int dy);

    /// <summary>A button, by Linux evdev code (BTN_LEFT = 0x110 …).</summary>
    void PointerButton(uint evdevCode, bool pressed);

    /// <summary>Wheel notches: positive is down or right.</summary>
    void PointerWheel(int horizontal, int vertical);

    /// <summary>
    /// The size in guest pixels the view would like to show, and the size of that area in millimetres (0 = unknown).
    /// Zero by zero switches the head off, where the VM can.
    /// </summary>
    void RequestSize(int width, int height, int widthMillimetres, int heightMillimetres);

    /// <summary>The user closed the view: detach. The VM runs on.</summary>
    void Closed();
}

/// <summary>Makes the view of each head as it appears.</summary>
public interface IScanoutViewFactory
{
    /// <summary>A view for a head. The source disposes of it with <see cref="CloseView"/>.</summary>
    IScanoutView OpenView(ScanoutInfo info, IScanoutSource source);

    /// <summary>The head is gone for good; its window closes.</summary>
    void CloseView(IScanoutView view);
}

/// <summary>What a head is called before it has shown anything.</summary>
/// <param name="VmName">The VM's name.</param>
/// <param name="Head">Head number, from 0.</param>
/// <param name="HeadCount">How many heads the VM has.</param>
public readonly record struct ScanoutInfo(string VmName, int Head, int HeadCount);
