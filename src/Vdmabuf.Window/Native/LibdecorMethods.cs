using System.Runtime.InteropServices;

namespace Vdmabuf.Window.Native;

/// <summary>libdecor's entry points. Signatures only; all objects are opaque pointers.</summary>
internal static unsafe partial class LibdecorMethods
{
    internal const string Library = "libdecor-0.so.0";

    [LibraryImport(Library, EntryPoint = "libdecor_new")]
    internal static partial nint New(nint display, LibdecorInterface* callbacks);

    [LibraryImport(Library, EntryPoint = "libdecor_unref")]
    internal static partial void Unref(nint context);

    [LibraryImport(Library, EntryPoint = "libdecor_dispatch")]
    internal static partial int Dispatch(nint context, int timeout);

    [LibraryImport(Library, EntryPoint = "libdecor_decorate")]
    internal static partial nint Decorate(nint context, nint surface, LibdecorFrameInterface* callbacks, nint userData);

    [LibraryImport(Library, EntryPoint = "libdecor_frame_unref")]
    internal static partial void FrameUnref(nint frame);

    [LibraryImport(Library, EntryPoint = "libdecor_frame_set_title", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void FrameSetTitle(nint frame, string title);

    [LibraryImport(Library, EntryPoint = "libdecor_frame_set_app_id", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void FrameSetAppId(nint frame, string appId);

    [LibraryImport(Library, EntryPoint = "libdecor_frame_map")]
    internal static partial void FrameMap(nint frame);

    [LibraryImport(Library, EntryPoint = "libdecor_frame_commit")]
    internal static partial void FrameCommit(nint frame, nint state, nint configuration);

    [LibraryImport(Library, EntryPoint = "libdecor_frame_set_fullscreen")]
    internal static partial void FrameSetFullscreen(nint frame, nint output);

    [LibraryImport(Library, EntryPoint = "libdecor_frame_unset_fullscreen")]
    internal static partial void FrameUnsetFullscreen(nint frame);

    [LibraryImport(Library, EntryPoint = "libdecor_state_new")]
    internal static partial nint StateNew(int width, int height);

    [LibraryImport(Library, EntryPoint = "libdecor_state_free")]
    internal static partial void StateFree(nint state);

    [LibraryImport(Library, EntryPoint = "libdecor_configuration_get_content_size")]
    internal static partial byte ConfigurationGetContentSize(nint configuration, nint frame, int* width, int* height);

    [LibraryImport(Library, EntryPoint = "libdecor_configuration_get_window_state")]
    internal static partial byte ConfigurationGetWindowState(nint configuration, uint* state);
}

/// <summary>struct libdecor_interface: one callback and ten reserved slots.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LibdecorInterface
{
    public delegate* unmanaged<nint, int, nint, void> Error;
    public fixed ulong Reserved[10];
}

/// <summary>struct libdecor_frame_interface: four callbacks and ten reserved slots.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LibdecorFrameInterface
{
    public delegate* unmanaged<nint, nint, nint, void> Configure;
    public delegate* unmanaged<nint, nint, void> Close;
    public delegate* unmanaged<nint, nint, void> Commit;
    public delegate* unmanaged<nint, nint, nint, void> DismissPopup;
    public fixed ulong Reserved[10];
}
