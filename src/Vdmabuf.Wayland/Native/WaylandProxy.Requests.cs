using Vdmabuf.Wayland.Native;

namespace Vdmabuf.Wayland;

/// <content>What generated code needs to send requests.</content>
public abstract unsafe partial class WaylandProxy
{
    /// <summary>
    /// Bytes a message may take. libwayland could send more, but a compositor's receive buffer is this large unless
    /// it asked for another.
    /// </summary>
    private const int MessageLimit = 4096;

    /// <summary>Sends a request.</summary>
    // SAFETY: the handle is live; generated code passes as many arguments of such types as the table says.
    protected void Marshal(uint opcode, WaylandArgument* arguments) =>
        NativeMethods.ProxyMarshalArrayFlags(RequireHandle(), opcode, 0, Version, 0, arguments);

    /// <summary>Sends the request that ends the object, and releases the wrapper.</summary>
    protected void MarshalDestructor(uint opcode, WaylandArgument* arguments)
    {
        // SAFETY: as for Marshal. The root is freed after the proxy is gone, so that no event finds it freed.
        NativeMethods.ProxyMarshalArrayFlags(RequireHandle(), opcode, 0, Version, NativeMethods.MarshalFlagDestroy, arguments);
        Released();
    }

    /// <summary>Sends a request that makes an object, and binds <paramref name="target"/> to it.</summary>
    /// <exception cref="InvalidOperationException"><paramref name="target"/> is in use.</exception>
    protected void MarshalConstructor(uint opcode, WaylandProxy target, uint version, WaylandArgument* arguments)
    {
        ArgumentNullException.ThrowIfNull(target);
        nint handle = RequireHandle();
        if (!target.IsReleased)
            throw new InvalidOperationException($"{target} is in use; only a released wrapper can be recycled");

        // SAFETY: as for Marshal; the tables live as long as the process.
        nint created = NativeMethods.ProxyMarshalArrayFlags(
            handle, opcode, (nint)target._interface.GetNative(), version, 0, arguments);
        if (created == 0) throw Display.CreateError();
        target.Bind(created, version, Display, Queue);
    }

    /// <summary>Refuses a request that the object's version does not have.</summary>
    /// <exception cref="WaylandVersionException">The object is older.</exception>
    protected void RequireVersion(uint since, string request)
    {
        RequireHandle();
        if (Version < since) throw new WaylandVersionException(_interface.Name, request, since, Version);
    }

    /// <summary>Refuses to bind at a version whose messages the wrapper would not know.</summary>
    protected static void RequireBindable(WaylandProxy target, uint version)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (version == 0 || version > target._interface.Version)
            throw new ArgumentOutOfRangeException(
                nameof(version), version, $"{target._interface.Name} can be bound at version 1 to {target._interface.Version}");
    }

    /// <summary>Refuses a message that is too long, which would end the connection if it were sent.</summary>
    /// <exception cref="WaylandMessageSizeException">It is too long.</exception>
    protected void CheckMessageSize(string request, long size)
    {
        if (size > MessageLimit) throw new WaylandMessageSizeException(_interface.Name, request, size, MessageLimit);
    }

    /// <summary>The proxy of an argument.</summary>
    protected nint HandleOf(WaylandProxy argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        nint handle = argument.RequireHandle();
        if (!ReferenceEquals(argument._display, _display))
            throw new ArgumentException($"{argument} belongs to another connection", nameof(argument));
        return handle;
    }

    /// <summary>The proxy of an argument, or 0 for null.</summary>
    protected nint HandleOfOptional(WaylandProxy? argument) => argument is null ? 0 : HandleOf(argument);

    /// <summary>The name of a wrapper's interface, as a native string that lives as long as the process.</summary>
    protected static byte* NameOf(WaylandProxy target)
    {
        ArgumentNullException.ThrowIfNull(target);

        // SAFETY: the tables are complete when published and live as long as the process.
        return target._interface.GetNative()->Name;
    }
}
