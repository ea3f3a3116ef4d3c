using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator.Emit;

/// <summary>Writes the events and the switch that raises them.</summary>
internal sealed class EventEmitter(CodeWriter writer, InterfaceModel item, Catalog catalog)
{
    public void EmitDeclarations()
    {
        foreach (MessageModel message in item.Events)
        {
            writer.Summary(message.Summary, $"The event {message.Name}.");
            writer.Remarks(Notes(message));
            writer.Line($"public event {HandlerType(message)}? {Naming.Event(item, message)};");
            writer.Line();
        }
    }

    public void EmitDispatch()
    {
        writer.Line("/// <inheritdoc/>");
        writer.Open("protected override void DispatchEvent(uint opcode, WaylandArgument* arguments, bool deliver)");
        if (item.Events.Count > 0)
        {
            writer.Line("// SAFETY: libwayland checked the message against the table above, so opcode, count and types are as written there.");
            writer.Open("switch (opcode)");
            for (int opcode = 0; opcode < item.Events.Count; opcode++)
            {
                if (opcode > 0) writer.Line();
                EmitCase(opcode, item.Events[opcode]);
            }

            writer.Close();
        }

        writer.Close();
    }

    private void EmitCase(int opcode, MessageModel message)
    {
        writer.Open($"case {opcode}u:");
        if (message.IsDestructor) writer.Line("ReleaseByEvent();");
        writer.Line($"{HandlerType(message)}? __handler = deliver ? {Naming.Event(item, message)} : null;");
        string call = $"__handler({string.Join(", ", message.Arguments.Select(Read))});";
        string[] discards = [.. message.Arguments.Select(Discard).OfType<string>()];
        if (discards.Length == 0)
        {
            writer.Line($"if (__handler is not null) {call}");
        }
        else
        {
            writer.Open("if (__handler is not null)");
            writer.Line(call);
            writer.Close();
            writer.Open("else");
            foreach (string discard in discards) writer.Line(discard);
            writer.Close();
        }

        writer.Line("break;");
        writer.Close();
    }

    private string Notes(MessageModel message)
    {
        var notes = new List<string> { $"Event <c>{item.Name}.{message.Name}</c>." };
        if (message.Since > 1) notes.Add($"Since version {message.Since}.");
        if (message.DeprecatedSince > 1) notes.Add($"Not sent from version {message.DeprecatedSince} on.");
        if (message.Arguments.Count > 0)
            notes.Add("Arguments: " + string.Join(", ", message.Arguments.Select(argument => $"<c>{argument.Name}</c>")) + ".");
        if (message.IsDestructor) notes.Add("The wrapper is released already when handlers run, and may be recycled by them.");
        if (message.Arguments.Any(argument => argument.Kind is ArgumentKind.Fd))
            notes.Add("The handler owns the fd and disposes it; without a handler it is closed at once.");
        if (message.Arguments.Any(argument => argument.Kind is ArgumentKind.NewId))
            notes.Add("The handler owns the new object; without a handler it is destroyed at once.");
        if (message.Arguments.Any(argument => argument.Kind is ArgumentKind.Array))
            notes.Add("The bytes are valid during the call only.");
        if (message.Arguments.Any(argument => argument.Kind is ArgumentKind.Object))
            notes.Add("An object that was disposed meanwhile is null.");
        return string.Join(" ", notes);
    }

    private string HandlerType(MessageModel message) => message.Arguments.Count == 0
        ? "Action"
        : $"Action<{string.Join(", ", message.Arguments.Select(ArgumentType))}>";

    private string ArgumentType(ArgumentModel argument) => argument switch
    {
        { Kind: ArgumentKind.Int or ArgumentKind.UInt, Enum: { } name } => Naming.EnumType(item.Name, name),
        { Kind: ArgumentKind.Int } => "int",
        { Kind: ArgumentKind.UInt } => "uint",
        { Kind: ArgumentKind.Fixed } => "WlFixed",
        { Kind: ArgumentKind.String } => argument.AllowNull ? "string?" : "string",
        { Kind: ArgumentKind.Array } => "ReadOnlySpan<byte>",
        { Kind: ArgumentKind.Fd } => "SafeFileHandle",
        { Kind: ArgumentKind.NewId } => InterfaceEmitter.ProxyType(argument.Interface, catalog),
        _ => InterfaceEmitter.ProxyType(argument.Interface, catalog) + "?",
    };

    private string Read(ArgumentModel argument, int slot)
    {
        string source = $"arguments[{slot}]";
        string type = ArgumentType(argument);
        return argument.Kind switch
        {
            ArgumentKind.Int => argument.Enum is null ? $"{source}.Int" : $"unchecked(({type}){source}.Int)",
            ArgumentKind.UInt => argument.Enum is null ? $"{source}.UInt" : $"({type}){source}.UInt",
            ArgumentKind.Fixed => $"WlFixed.FromRaw({source}.Int)",
            ArgumentKind.String => argument.AllowNull ? $"ReadOptionalString({source}.String)" : $"ReadString({source}.String)",
            ArgumentKind.Array => $"ReadArray({source}.Array)",
            ArgumentKind.Fd => $"TakeFd({source}.Fd)",
            ArgumentKind.NewId => $"Adopt({source}.Object, {type}.CreateUnbound())",
            _ => $"ReadObject<{type.TrimEnd('?')}>({source}.Object)",
        };
    }

    private string? Discard(ArgumentModel argument, int slot) => argument.Kind switch
    {
        ArgumentKind.Fd => $"CloseFd(arguments[{slot}].Fd);",
        ArgumentKind.NewId => $"Adopt(arguments[{slot}].Object, {ArgumentType(argument)}.CreateUnbound()).Dispose();",
        _ => null,
    };
}
