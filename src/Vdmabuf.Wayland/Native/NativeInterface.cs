using System.Runtime.InteropServices;

namespace Vdmabuf.Wayland.Native;

/// <summary>libwayland's <c>struct wl_interface</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeInterface
{
    public byte* Name;
    public int Version;
    public int RequestCount;
    public NativeMessage* Requests;
    public int EventCount;
    public NativeMessage* Events;
}

/// <summary>libwayland's <c>struct wl_message</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMessage
{
    public byte* Name;
    public byte* Signature;
    public NativeInterface** Types;
}
