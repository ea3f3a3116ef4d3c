using System.Text;

namespace Vdmabuf.DBus;

/// <summary>Handles a call whose arguments have the declared signature.</summary>
public delegate void MethodHandler(ref IncomingCall call);

/// <summary>Writes the current value of a property: one complete value of its signature, without a variant.</summary>
public delegate void PropertyGetter(MessageWriter writer);

/// <summary>Reads and takes a new value; throw <see cref="DBusErrorException"/> to refuse it.</summary>
public delegate void PropertySetter(MessageReader reader);

/// <summary>
/// An interface of an <see cref="ExportedObject"/>: its methods, properties and signals. How to use: chain
/// <see cref="AddMethod"/>, <see cref="AddProperty"/>, <see cref="AddSignal"/>, then hand it to the object. An
/// interface without any members is valid, and answers GetAll with an empty dictionary.
/// </summary>
public sealed class ExportedInterface
{
    private readonly List<ExportedMethod> _methods = [];
    private readonly List<ExportedProperty> _properties = [];
    private readonly List<ExportedSignal> _signals = [];

    /// <summary>An interface called <paramref name="name"/>.</summary>
    public ExportedInterface(string name)
    {
        Name = name;
        NativeName = new NativeString(name);
    }

    /// <summary>The interface's name.</summary>
    public string Name { get; }

    internal NativeString NativeName { get; }

    internal IReadOnlyList<ExportedMethod> Methods => _methods;

    internal IReadOnlyList<ExportedProperty> Properties => _properties;

    internal IReadOnlyList<ExportedSignal> Signals => _signals;

    /// <summary>Adds a method; a call with other arguments than <paramref name="input"/> is refused with InvalidArgs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="input">The signature of its arguments.</param>
    /// <param name="output">The signature of its results, for introspection.</param>
    /// <param name="handler">Answers or defers; if it does neither, an empty reply is sent.</param>
    public ExportedInterface AddMethod(string name, string input, string output, MethodHandler handler)
    {
        _methods.Add(new ExportedMethod(name, new NativeString(name), new NativeString(input), input, output, handler));
        return this;
    }

    /// <summary>Adds a property of one complete type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="signature">The signature of its value.</param>
    /// <param name="read">Writes the value.</param>
    /// <param name="write">Takes a new value; null for a read-only property.</param>
    public ExportedInterface AddProperty(string name, string signature, PropertyGetter read, PropertySetter? write = null)
    {
        _properties.Add(new ExportedProperty(name, new NativeString(name), Encoding.UTF8.GetBytes(signature), signature, read, write));
        return this;
    }

    /// <summary>Declares a signal, for introspection.</summary>
    public ExportedInterface AddSignal(string name, string signature)
    {
        _signals.Add(new ExportedSignal(name, signature));
        return this;
    }

    internal ExportedMethod? FindMethod(ReadOnlySpan<byte> name)
    {
        foreach (ExportedMethod method in _methods)
        {
            if (name.SequenceEqual(method.NativeName.Bytes))
                return method;
        }
        return null;
    }

    internal ExportedProperty? FindProperty(ReadOnlySpan<byte> name)
    {
        foreach (ExportedProperty property in _properties)
        {
            if (name.SequenceEqual(property.NativeName.Bytes))
                return property;
        }
        return null;
    }

    /// <summary>Writes a{sv} with all properties.</summary>
    internal void WriteProperties(MessageWriter writer)
    {
        writer.OpenArray("{sv}"u8);
        foreach (ExportedProperty property in _properties)
            property.WriteEntry(writer);
        writer.Close();
    }
}

internal sealed record ExportedMethod(
    string Name, NativeString NativeName, NativeString NativeInput, string Input, string Output, MethodHandler Handler);

internal sealed record ExportedSignal(string Name, string Signature);

internal sealed record ExportedProperty(
    string Name, NativeString NativeName, byte[] NativeSignature, string Signature, PropertyGetter Read, PropertySetter? Write)
{
    /// <summary>Writes the value in a variant.</summary>
    public void WriteVariant(MessageWriter writer)
    {
        writer.OpenVariant(NativeSignature);
        Read(writer);
        writer.Close();
    }

    /// <summary>Writes one {sv}.</summary>
    public void WriteEntry(MessageWriter writer)
    {
        writer.OpenDictEntry("sv"u8);
        writer.WriteString(NativeName);
        WriteVariant(writer);
        writer.Close();
    }
}
