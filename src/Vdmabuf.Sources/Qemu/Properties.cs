using Vdmabuf.DBus;

namespace Vdmabuf.Sources.Qemu;

/// <summary>A property's value, as far as QEMU's interfaces have types: text, a number, a flag, a list of numbers.</summary>
internal readonly record struct PropertyValue(string? Text, uint Number, bool Flag, uint[]? Numbers);

/// <summary>Reads org.freedesktop.DBus.Properties' dictionaries of strings to variants.</summary>
internal static class Properties
{
    internal const string Interface = "org.freedesktop.DBus.Properties";

    /// <summary>Calls <paramref name="each"/> for every entry of an <c>a{sv}</c>; values of other types come as empty ones.</summary>
    internal static void Read(MessageReader reader, Action<string, PropertyValue> each)
    {
        reader.EnterArray("{sv}"u8);
        while (!reader.AtEnd)
        {
            reader.EnterDictEntry("sv"u8);
            string name = reader.ReadString();
            each(name, ReadVariant(reader));
            reader.Exit();
        }
        reader.Exit();
    }

    private static PropertyValue ReadVariant(MessageReader reader)
    {
        PropertyValue value = default;
        ReadOnlySpan<byte> type = reader.EnterVariant();
        if (type.SequenceEqual("s"u8)) value = new PropertyValue(reader.ReadString(), 0, false, null);
        else if (type.SequenceEqual("u"u8)) value = new PropertyValue(null, reader.ReadUInt32(), false, null);
        else if (type.SequenceEqual("b"u8)) value = new PropertyValue(null, 0, reader.ReadBool(), null);
        else if (type.SequenceEqual("au"u8)) value = new PropertyValue(null, 0, false, reader.ReadUInt32Array().ToArray());
        else reader.Skip(type);
        reader.Exit();
        return value;
    }
}
