using System.Runtime.InteropServices;
using Vdmabuf.Window.Shell;

namespace Vdmabuf.Window.Native;

/// <summary>
/// One libdecor frame. A configuration lives only during the callback that brings it, so whoever listens to
/// <see cref="Configured"/> answers with <see cref="Commit"/> before returning.
/// </summary>
internal sealed unsafe class LibdecorFrame : IDisposable
{
    private const uint Active = 1, Maximized = 2, Fullscreen = 4, Tiled = 8 | 16 | 32 | 64, Suspended = 128;

    // libdecor keeps the pointer for the life of the frame, so the table lives as long as the process.
    private static readonly LibdecorFrameInterface* Callbacks = CreateCallbacks();

    private readonly GCHandle _self;
    private nint _frame;
    private nint _configuration;

    internal LibdecorFrame(nint context, nint surface)
    {
        _self = GCHandle.Alloc(this);
        // SAFETY: context and surface are live objects of this thread's connection; the handle is freed after the frame.
        _frame = LibdecorMethods.Decorate(context, surface, Callbacks, GCHandle.ToIntPtr(_self));
        if (_frame != 0) return;
        _self.Free();
        throw new InvalidOperationException("libdecor could not decorate the window");
    }

    internal event Action<ShellState>? Configured;

    internal event Action? CloseRequested;

    /// <summary>The frame changed its own surfaces: the window's surface is to be committed.</summary>
    internal event Action? CommitRequested;

    internal void SetTitle(string title) => LibdecorMethods.FrameSetTitle(_frame, title);

    internal void SetAppId(string appId) => LibdecorMethods.FrameSetAppId(_frame, appId);

    internal void Map() => LibdecorMethods.FrameMap(_frame);

    internal void SetFullscreen(bool fullscreen)
    {
        if (fullscreen) LibdecorMethods.FrameSetFullscreen(_frame, 0);
        else LibdecorMethods.FrameUnsetFullscreen(_frame);
    }

    /// <summary>The content has this logical size with the surface's next commit; answers the open configuration, if any.</summary>
    internal void Commit(int width, int height)
    {
        nint state = LibdecorMethods.StateNew(width, height);
        LibdecorMethods.FrameCommit(_frame, state, _configuration);
        LibdecorMethods.StateFree(state);
        _configuration = 0;
    }

    /// <summary>Whether a configuration is open.</summary>
    internal bool HasConfiguration => _configuration != 0;

    public void Dispose()
    {
        if (_frame == 0) return;
        LibdecorMethods.FrameUnref(_frame);
        _frame = 0;
        _self.Free();
    }

    private static LibdecorFrameInterface* CreateCallbacks()
    {
        // SAFETY: zeroed memory of the structure's size, never freed.
        var table = (LibdecorFrameInterface*)NativeMemory.AllocZeroed((nuint)sizeof(LibdecorFrameInterface));
        table->Configure = &OnConfigure;
        table->Close = &OnClose;
        table->Commit = &OnCommit;
        table->DismissPopup = &OnDismissPopup;
        return table;
    }

    // SAFETY (all callbacks): userData is the handle given to Decorate, valid until Dispose, after which libdecor
    // calls no more. Exceptions must not cross into C; what a handler throws here is a fault of ours and ends us.
    private static LibdecorFrame From(nint userData) => (LibdecorFrame)GCHandle.FromIntPtr(userData).Target!;

    [UnmanagedCallersOnly]
    private static void OnConfigure(nint frame, nint configuration, nint userData)
    {
        LibdecorFrame self = From(userData);
        int width = 0, height = 0;
        uint state = 0;
        if (LibdecorMethods.ConfigurationGetContentSize(configuration, frame, &width, &height) == 0) (width, height) = (0, 0);
        if (LibdecorMethods.ConfigurationGetWindowState(configuration, &state) == 0) state = 0;
        self._configuration = configuration;
        self.Configured?.Invoke(new ShellState(
            Math.Max(0, width), Math.Max(0, height), (state & (Maximized | Fullscreen | Tiled)) != 0,
            (state & Fullscreen) != 0, (state & Suspended) != 0, (state & Active) != 0));
        self._configuration = 0;
    }

    [UnmanagedCallersOnly]
    private static void OnClose(nint frame, nint userData) => From(userData).CloseRequested?.Invoke();

    [UnmanagedCallersOnly]
    private static void OnCommit(nint frame, nint userData) => From(userData).CommitRequested?.Invoke();

    [UnmanagedCallersOnly]
    private static void OnDismissPopup(nint frame, nint seatName, nint userData)
    {
        // We open no popups.
    }
}
