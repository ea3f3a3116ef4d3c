using System.Text;
using Vdmabuf.DBus.Native;

namespace Vdmabuf.DBus;

/// <summary>A signal, valid while its handler runs.</summary>
public readonly ref struct IncomingSignal
{
    private readonly Message _message;

    internal IncomingSignal(Message message) => _message = message;

    /// <summary>The emitting object.</summary>
    public ReadOnlySpan<byte> Path => _message.Path;

    /// <summary>The signal's interface.</summary>
    public ReadOnlySpan<byte> Interface => _message.Interface;

    /// <summary>The signal's name.</summary>
    public ReadOnlySpan<byte> Member => _message.Member;

    /// <summary>The sender's unique name; empty peer-to-peer.</summary>
    public ReadOnlySpan<byte> Sender => _message.Sender;

    /// <summary>The arguments.</summary>
    public MessageReader Reader => new(_message.Pointer);

    /// <summary>Whether the arguments have exactly this signature.</summary>
    public bool HasSignature(ReadOnlySpan<byte> signature) => _message.Signature.SequenceEqual(signature);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Encoding.UTF8.GetString(Sender)} {Encoding.UTF8.GetString(Path)} {Encoding.UTF8.GetString(Interface)}.{Encoding.UTF8.GetString(Member)}";
}
