using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <content>What generated code needs to raise events, and the one entry point libwayland calls.</content>
public abstract unsafe partial class WaylandProxy
{
    /// <summary>
    /// The user data of every proxy of ours: an address nobody else can have. A library that shares the connection
    /// has proxies too, and an event may name one of them.
    /// </summary>
    // SAFETY: one byte, never freed, never read; only its address counts.
    private static readonly nint s_marker = (nint)NativeMemory.Alloc(1);

    /// <summary>A string argument; invalid UTF-8 becomes replacement characters.</summary>
    // SAFETY: libwayland has checked that the string ends in NUL within the message.
    protected static string ReadString(byte* text) => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary>A string argument that may be null.</summary>
    // SAFETY: as for ReadString.
    protected static string? ReadOptionalString(byte* text) => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)text);

    /// <summary>An array argument, valid until the event is over.</summary>
    // SAFETY: libwayland has checked that the array lies within the message; an int can count a message's bytes.
    protected static ReadOnlySpan<byte> ReadArray(WaylandArray* array) =>
        array == null ? default : new ReadOnlySpan<byte>(array->Data, checked((int)array->Size));

    /// <summary>The wrapper of an object argument; null if it is none of ours or was disposed.</summary>
    protected static T? ReadObject<T>(nint proxy)
        where T : WaylandProxy
    {
        if (proxy == 0 || NativeMethods.ProxyGetUserData(proxy) != s_marker) return null;

        // SAFETY: a proxy with our marker has the root of its wrapper as listener, valid while the proxy lives.
        return GCHandle.FromIntPtr(NativeMethods.ProxyGetListener(proxy)).Target as T;
    }

    /// <summary>An fd argument, from here on owned by the result.</summary>
    protected static SafeFileHandle TakeFd(int fd) => new(fd, ownsHandle: true);

    /// <summary>Closes an fd argument that nobody wants.</summary>
    [SuppressMessage("Performance", "CA1806", Justification = "close(2) leaves nothing to be done about a failure.")]
    protected static void CloseFd(int fd) => NativeMethods.Close(fd);

    /// <summary>Binds a wrapper to an object that the compositor has made.</summary>
    protected T Adopt<T>(nint proxy, T wrapper)
        where T : WaylandProxy
    {
        ArgumentNullException.ThrowIfNull(wrapper);
        wrapper.Bind(proxy, Version, Display, Queue);
        return wrapper;
    }

    /// <summary>Ends the object on this side, because the event that is being raised ended it on the other.</summary>
    protected void ReleaseByEvent() => DestroyLocally();

    /// <summary>
    /// Called by libwayland for every event of ours. An exception must not pass through its frames: the display
    /// keeps it and throws it once libwayland has returned.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "The exception is rethrown by the display after libwayland returned.")]
    private static int OnEvent(nint root, nint target, uint opcode, nint message, WaylandArgument* arguments)
    {
        // SAFETY: libwayland calls for proxies that are not destroyed; their root is valid until they are.
        var proxy = (WaylandProxy)GCHandle.FromIntPtr(root).Target!;
        WaylandDisplay display = proxy._display!;
        display.EnterHandler();
        try
        {
            proxy.DispatchEvent(opcode, arguments, deliver: !display.IsFaulted);
        }
        catch (Exception error)
        {
            display.Fault(error);
        }
        finally
        {
            display.LeaveHandler();
        }

        return 0;
    }
}
