namespace Vdmabuf.DBus;

/// <summary>A <see cref="MethodCall"/> with its names encoded once, for calls made per frame or per input event.</summary>
public readonly struct NativeMethodCall
{
    /// <summary>Takes prepared names; the default <paramref name="destination"/> stands for none (peer-to-peer).</summary>
    public NativeMethodCall(NativeString destination, NativeString path, NativeString iface, NativeString member)
    {
        Destination = destination;
        Path = path;
        Interface = iface;
        Member = member;
    }

    /// <summary>Encodes the names of <paramref name="target"/>.</summary>
    public NativeMethodCall(MethodCall target)
        : this(
            target.Destination is null ? default : new NativeString(target.Destination),
            new NativeString(target.Path),
            new NativeString(target.Interface),
            new NativeString(target.Member))
    {
    }

    /// <summary>Bus name, or the default value.</summary>
    public NativeString Destination { get; }

    /// <summary>Object path.</summary>
    public NativeString Path { get; }

    /// <summary>Interface name.</summary>
    public NativeString Interface { get; }

    /// <summary>Method name.</summary>
    public NativeString Member { get; }

    internal void KeepAlive()
    {
        Destination.KeepAlive();
        Path.KeepAlive();
        Interface.KeepAlive();
        Member.KeepAlive();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Destination} {Path} {Interface}.{Member}";
}
