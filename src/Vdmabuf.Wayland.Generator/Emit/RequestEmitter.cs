using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator.Emit;

/// <summary>Writes the methods that send requests.</summary>
internal sealed class RequestEmitter(CodeWriter writer, InterfaceModel item, Catalog catalog)
{
    public void EmitAll()
    {
        for (int opcode = 0; opcode < item.Requests.Count; opcode++)
        {
            MessageModel request = item.Requests[opcode];
            ArgumentModel? created = request.Arguments.FirstOrDefault(argument => argument.Kind is ArgumentKind.NewId);
            if (created is null) EmitPlain(opcode, request);
            else EmitConstructor(opcode, request, created);
        }
    }

    private void EmitPlain(int opcode, MessageModel request)
    {
        EmitDocs(request);
        writer.Open($"public void {Naming.Request(item, request)}({Parameters(request)})");
        EmitBody(opcode, request, null);
        writer.Close();
        writer.Line();
    }

    private void EmitConstructor(int opcode, MessageModel request, ArgumentModel created)
    {
        bool generic = created.IsUntypedNewId;
        string name = Naming.Request(item, request) + (generic ? "<T>" : "");
        string type = generic ? "T" : InterfaceEmitter.ProxyType(created.Interface, catalog);
        string constraint = generic ? " where T : WaylandProxy, IWaylandInterface<T>" : "";
        string parameters = Parameters(request) + (generic ? (Parameters(request).Length > 0 ? ", " : "") + "uint version" : "");
        string separator = parameters.Length > 0 ? ", " : "";
        string pass = string.Join(", ", Given(request).Select(argument => Naming.Camel(argument.Name))
            .Concat(generic ? ["version"] : Array.Empty<string>()).Concat(["__created"]));

        EmitDocs(request);
        if (generic) writer.Line("/// <param name=\"version\">The version to use: at least 1, at most what both sides know.</param>");
        writer.Line("/// <returns>The wrapper of the new object.</returns>");
        writer.Open($"public {type} {name}({parameters}){constraint}");
        writer.Line($"{type} __created = {type}.CreateUnbound();");
        writer.Line($"{Naming.Request(item, request)}({pass});");
        writer.Line("return __created;");
        writer.Close();
        writer.Line();

        EmitDocs(request);
        if (generic) writer.Line("/// <param name=\"version\">The version to use: at least 1, at most what both sides know.</param>");
        writer.Line("/// <param name=\"recycled\">A released or unbound wrapper, which now stands for the new object. Its handlers stay.</param>");
        writer.Open($"public void {name}({parameters}{separator}{type} recycled){constraint}");
        EmitBody(opcode, request, created);
        writer.Close();
        writer.Line();
    }

    private void EmitDocs(MessageModel request)
    {
        writer.Summary(request.Summary, $"The request {request.Name}.");
        string since = request.Since > 1 ? $" Since version {request.Since}: earlier ones throw <see cref=\"WaylandVersionException\"/>." : "";
        string end = request.IsDestructor ? " The wrapper is released." : "";
        writer.Remarks($"Request <c>{item.Name}.{request.Name}</c>.{since}{end}");
        foreach (ArgumentModel argument in Given(request))
        {
            string about = argument.Kind switch
            {
                ArgumentKind.Fd => "Stays the caller's; libwayland sends a duplicate.",
                ArgumentKind.String => "Text without NUL; the whole message has to fit in 4096 bytes.",
                ArgumentKind.Array => "Bytes; the whole message has to fit in 4096 bytes.",
                _ when argument.AllowNull => "May be null.",
                _ => $"The argument <c>{argument.Name}</c>.",
            };
            writer.Line($"/// <param name=\"{Naming.Camel(argument.Name).TrimStart('@')}\">{about}</param>");
        }
    }

    private void EmitBody(int opcode, MessageModel request, ArgumentModel? created)
    {
        int slots = request.Arguments.Sum(argument => argument.IsUntypedNewId ? 3 : 1);
        if (request.Since > 1) writer.Line($"RequireVersion({request.Since}u, \"{request.Name}\");");
        if (created is { IsUntypedNewId: true }) writer.Line("RequireBindable(recycled, version);");
        foreach (ArgumentModel argument in request.Arguments)
        {
            string name = Naming.Camel(argument.Name);
            string local = "__" + name.TrimStart('@');
            if (argument.Kind is ArgumentKind.String)
                writer.Line($"using WaylandString {local} = new WaylandString({name}, {(argument.AllowNull ? "true" : "false")}, stackalloc byte[WaylandString.ScratchSize]);");
            else if (argument.Kind is ArgumentKind.Fd)
                writer.Line($"using WaylandFd {local} = new WaylandFd({name});");
        }

        EmitSizeCheck(request);
        ArgumentModel[] arrays = [.. request.Arguments.Where(argument => argument.Kind is ArgumentKind.Array)];
        writer.Line("// SAFETY: the arguments and what they point to stay in place until the call returns; libwayland copies what it keeps.");
        foreach (ArgumentModel array in arrays)
            writer.Line($"fixed (byte* __{Naming.Camel(array.Name).TrimStart('@')} = {Naming.Camel(array.Name)})");
        if (arrays.Length > 0) writer.Open();
        writer.Line(slots == 0 ? "WaylandArgument* __arguments = null;" : $"WaylandArgument* __arguments = stackalloc WaylandArgument[{slots}];");
        int slot = 0;
        foreach (ArgumentModel argument in request.Arguments)
        {
            foreach (string line in Fill(argument, slot)) writer.Line(line);
            slot += argument.IsUntypedNewId ? 3 : 1;
        }

        writer.Line(created is not null
            ? $"MarshalConstructor({opcode}u, recycled, {(created.IsUntypedNewId ? "version" : "Version")}, __arguments);"
            : $"{(request.IsDestructor ? "MarshalDestructor" : "Marshal")}({opcode}u, __arguments);");
        if (arrays.Length > 0) writer.Close();
    }

    private void EmitSizeCheck(MessageModel request)
    {
        string[] variable =
        [
            .. request.Arguments.Where(argument => argument.Kind is ArgumentKind.String)
                .Select(argument => $"__{Naming.Camel(argument.Name).TrimStart('@')}.WireSize"),
            .. request.Arguments.Where(argument => argument.Kind is ArgumentKind.Array)
                .Select(argument => $"WaylandArray.WireSize({Naming.Camel(argument.Name)})"),
        ];
        if (variable.Length == 0) return;
        int header = 8 + (4 * request.Arguments.Count(argument => argument.Kind is not ArgumentKind.Fd));
        writer.Line($"CheckMessageSize(\"{request.Name}\", {header} + {string.Join(" + ", variable)});");
    }

    private static IEnumerable<string> Fill(ArgumentModel argument, int slot)
    {
        string target = $"__arguments[{slot}]";
        string name = Naming.Camel(argument.Name);
        string local = "__" + name.TrimStart('@');
        switch (argument.Kind)
        {
            case ArgumentKind.Int:
                yield return $"{target}.Int = {(argument.Enum is null ? name : $"unchecked((int){name})")};";
                break;
            case ArgumentKind.UInt:
                yield return $"{target}.UInt = {(argument.Enum is null ? name : $"(uint){name}")};";
                break;
            case ArgumentKind.Fixed:
                yield return $"{target}.Int = {name}.Raw;";
                break;
            case ArgumentKind.String:
                yield return $"{target}.String = {local}.Pointer;";
                break;
            case ArgumentKind.Object:
                yield return $"{target}.Object = {(argument.AllowNull ? "HandleOfOptional" : "HandleOf")}({name});";
                break;
            case ArgumentKind.Array:
                yield return $"WaylandArray {local}Array = new WaylandArray({local}, {name}.Length);";
                yield return $"{target}.Array = &{local}Array;";
                break;
            case ArgumentKind.Fd:
                yield return $"{target}.Fd = {local}.Value;";
                break;
            default:
                if (argument.IsUntypedNewId)
                {
                    yield return $"{target}.String = NameOf(recycled);";
                    yield return $"__arguments[{slot + 1}].UInt = version;";
                    yield return $"__arguments[{slot + 2}].Object = 0;";
                }
                else
                {
                    yield return $"{target}.Object = 0;";
                }

                break;
        }
    }

    private static IEnumerable<ArgumentModel> Given(MessageModel request) =>
        request.Arguments.Where(argument => argument.Kind is not ArgumentKind.NewId);

    private string Parameters(MessageModel request) =>
        string.Join(", ", Given(request).Select(argument => $"{ParameterType(argument)} {Naming.Camel(argument.Name)}"));

    private string ParameterType(ArgumentModel argument)
    {
        string optional = argument.AllowNull ? "?" : "";
        return argument switch
        {
            { Kind: ArgumentKind.Int or ArgumentKind.UInt, Enum: { } name } => Naming.EnumType(item.Name, name),
            { Kind: ArgumentKind.Int } => "int",
            { Kind: ArgumentKind.UInt } => "uint",
            { Kind: ArgumentKind.Fixed } => "WlFixed",
            { Kind: ArgumentKind.String } => "string" + optional,
            { Kind: ArgumentKind.Array } => "ReadOnlySpan<byte>",
            { Kind: ArgumentKind.Fd } => "SafeHandle",
            _ => InterfaceEmitter.ProxyType(argument.Interface, catalog) + optional,
        };
    }
}
