using System.Runtime.InteropServices;
using Vdmabuf.Window.Session;

namespace Vdmabuf.Window.Native;

/// <summary>
/// libdecor on our connection: draws a frame around windows where the compositor leaves that to clients. It shares
/// the connection's default queue, so its events are dispatched with ours; its plugins may have work of their own,
/// done before the loop sleeps.
/// </summary>
internal sealed unsafe class Libdecor : IDisposable
{
    private static readonly LibdecorInterface* Callbacks = CreateCallbacks();

    private readonly IDisposable _hook;
    private nint _context;

    private Libdecor(WindowSession session, nint context)
    {
        _context = context;
        _hook = session.Loop.BeforeSleep(() =>
        {
            // It dispatches everybody's events and leaves what they write unflushed, and counts not all of them: flush
            // in any case, and after any event the other hooks must have another look.
            bool dispatched = LibdecorMethods.Dispatch(_context, 0) > 0;
            session.Flush();
            return dispatched;
        });
    }

    /// <summary>Null where the library is not installed or does not start.</summary>
    internal static Libdecor? TryLoad(WindowSession session)
    {
        if (!NativeLibrary.TryLoad(LibdecorMethods.Library, out _)) return null;
        // SAFETY: the display lives longer than the context, which ScanoutWindows disposes before its session.
        nint context = LibdecorMethods.New(session.Display.Handle, Callbacks);
        return context == 0 ? null : new Libdecor(session, context);
    }

    internal LibdecorFrame Decorate(nint surface) => new(_context, surface);

    public void Dispose()
    {
        if (_context == 0) return;
        _hook.Dispose();
        LibdecorMethods.Unref(_context);
        _context = 0;
    }

    private static LibdecorInterface* CreateCallbacks()
    {
        // SAFETY: zeroed memory of the structure's size, never freed.
        var table = (LibdecorInterface*)NativeMemory.AllocZeroed((nuint)sizeof(LibdecorInterface));
        table->Error = &OnError;
        return table;
    }

    // SAFETY: message is a NUL-terminated string of libdecor's, valid during the call.
    [UnmanagedCallersOnly]
    private static void OnError(nint context, int error, nint message) =>
        Console.Error.WriteLine($"vdmabuf: libdecor: {Marshal.PtrToStringUTF8(message)} (error {error})");
}
