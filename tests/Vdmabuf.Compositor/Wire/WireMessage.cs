using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vdmabuf.Compositor.Protocol;

namespace Vdmabuf.Compositor.Wire;

/// <summary>A message that does not follow its signature.</summary>
internal sealed class MalformedMessageException(string message) : Exception(message);

/// <summary>
/// Arguments on the wire. In managed form: int, uint, double (fixed), string or null, byte[] (array), uint (object and
/// typed new_id), <see cref="ReceivedFd"/>; an untyped new_id is three: interface name, version, id.
/// </summary>
internal static class WireMessage
{
    public const int HeaderSize = 8;

    public static object?[] Decode(MessageSpec spec, ReadOnlySpan<byte> body, Func<ReceivedFd> nextFd)
    {
        var values = new List<object?>(spec.Args.Count + 2);
        int position = 0;
        foreach (ArgSpec arg in spec.Args)
        {
            switch (arg.Kind)
            {
                case ArgKind.Fd:
                    values.Add(nextFd());
                    break;
                case ArgKind.Int:
                    values.Add((int)Word(body, ref position, spec));
                    break;
                case ArgKind.Fixed:
                    values.Add((int)Word(body, ref position, spec) / 256.0);
                    break;
                case ArgKind.String:
                    values.Add(Text(body, ref position, spec, arg));
                    break;
                case ArgKind.Array:
                    values.Add(Block(body, ref position, spec).ToArray());
                    break;
                case ArgKind.NewId when arg.Interface is null:
                    values.Add(Text(body, ref position, spec, arg));
                    values.Add(Word(body, ref position, spec));
                    values.Add(Word(body, ref position, spec));
                    break;
                default:
                    uint word = Word(body, ref position, spec);
                    if (word == 0 && !arg.Nullable && arg.Kind != ArgKind.Uint)
                        throw new MalformedMessageException($"{spec.Name}: argument {arg.Name} must not be null");
                    values.Add(word);
                    break;
            }
        }
        if (position != body.Length)
            throw new MalformedMessageException($"{spec.Name}: {body.Length} bytes of arguments, signature uses {position}");
        return values.ToArray();
    }

    /// <summary>Encodes an event; descriptors go to <paramref name="fds"/> in order. Object arguments are ids.</summary>
    public static byte[] Encode(uint objectId, MessageSpec spec, ReadOnlySpan<object?> args, List<SafeFileHandle> fds)
    {
        if (args.Length != spec.Args.Count)
            throw new ArgumentException($"{spec.Name} takes {spec.Args.Count} arguments, got {args.Length}.");
        var body = new List<byte>(64);
        for (int i = 0; i < args.Length; i++)
        {
            object? value = args[i];
            switch (spec.Args[i].Kind)
            {
                case ArgKind.Fd:
                    fds.Add((SafeFileHandle)value!);
                    break;
                case ArgKind.Int:
                    Put(body, (uint)(int)value!);
                    break;
                case ArgKind.Fixed:
                    Put(body, (uint)(int)Math.Round((double)value! * 256.0));
                    break;
                case ArgKind.String:
                    PutBlock(body, value is null ? null : Encoding.UTF8.GetBytes((string)value + '\0'));
                    break;
                case ArgKind.Array:
                    PutBlock(body, (byte[])value!);
                    break;
                default:
                    Put(body, value is null ? 0 : (uint)value);
                    break;
            }
        }
        return Frame(objectId, spec.Opcode, CollectionsMarshal.AsSpan(body));
    }

    /// <summary>Header and body as one message.</summary>
    public static byte[] Frame(uint objectId, int opcode, ReadOnlySpan<byte> body)
    {
        byte[] message = new byte[HeaderSize + body.Length];
        MemoryMarshal.Write(message, in objectId);
        uint second = ((uint)message.Length << 16) | (uint)(ushort)opcode;
        MemoryMarshal.Write(message.AsSpan(4), in second);
        body.CopyTo(message.AsSpan(HeaderSize));
        return message;
    }

    private static uint Word(ReadOnlySpan<byte> body, ref int position, MessageSpec spec)
    {
        if (body.Length - position < 4)
            throw new MalformedMessageException($"{spec.Name}: ends at byte {body.Length} inside its arguments");
        uint value = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(body[position..])
            : BinaryPrimitives.ReadUInt32BigEndian(body[position..]);
        position += 4;
        return value;
    }

    private static ReadOnlySpan<byte> Block(ReadOnlySpan<byte> body, ref int position, MessageSpec spec)
    {
        uint length = Word(body, ref position, spec);
        long padded = ((long)length + 3) & ~3L;
        if (padded > body.Length - position)
            throw new MalformedMessageException($"{spec.Name}: a string or array of {length} bytes does not fit");
        ReadOnlySpan<byte> block = body.Slice(position, (int)length);
        position += (int)padded;
        return block;
    }

    private static string? Text(ReadOnlySpan<byte> body, ref int position, MessageSpec spec, ArgSpec arg)
    {
        ReadOnlySpan<byte> block = Block(body, ref position, spec);
        if (block.IsEmpty)
            return arg.Nullable ? null : throw new MalformedMessageException($"{spec.Name}: string {arg.Name} must not be null");
        if (block[^1] != 0)
            throw new MalformedMessageException($"{spec.Name}: string {arg.Name} is not terminated");
        return Encoding.UTF8.GetString(block[..^1]);
    }

    private static void Put(List<byte> body, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, in value);
        body.AddRange(bytes);
    }

    private static void PutBlock(List<byte> body, byte[]? block)
    {
        Put(body, (uint)(block?.Length ?? 0));
        if (block is null)
            return;
        body.AddRange(block);
        while (body.Count % 4 != 0)
            body.Add(0);
    }
}
