using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator.Tests;

/// <summary>
/// Our protocol files against those of the Wayland project, where they are installed. An installed file that is
/// older than ours is compared as far as it goes.
/// </summary>
public sealed class SystemProtocolTests
{
    public static TheoryData<string> Files { get; } =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Protocols"), "*.xml")
            .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
    ];

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Facts_agree_with_the_installed_file(string file)
    {
        string? installed = FindInstalled(file);
        Skip.If(installed is null, $"{file} is not installed under /usr/share/wayland or /usr/share/wayland-protocols");
        ProtocolModel ours = Parse(file, GeneratorRun.ReadProtocol(file));
        ProtocolModel theirs = Parse(installed!, File.ReadAllText(installed!));

        Assert.Equal(theirs.Name, ours.Name);
        var compared = 0;
        foreach (InterfaceModel item in ours.Interfaces)
        {
            InterfaceModel? other = theirs.Interfaces.FirstOrDefault(candidate => candidate.Name == item.Name);
            if (other is null) continue;
            compared++;
            Assert.Equal(Facts(item, other.Version), Facts(other, item.Version));
        }

        Assert.True(compared > 0, $"{installed} has none of our interfaces");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_interface_and_message_is_described_once(string file)
    {
        ProtocolModel ours = Parse(file, GeneratorRun.ReadProtocol(file));

        foreach (InterfaceModel item in ours.Interfaces)
        {
            Assert.False(string.IsNullOrWhiteSpace(item.Summary), item.Name);
            foreach (MessageModel message in item.Requests.Concat(item.Events))
                Assert.False(string.IsNullOrWhiteSpace(message.Summary), $"{item.Name}.{message.Name}");
        }
    }

    /// <summary>Everything that shows on the wire, up to the version both sides know, as lines.</summary>
    private static string[] Facts(InterfaceModel item, uint otherVersion)
    {
        uint version = Math.Min(item.Version, otherVersion);
        return
        [
            .. Messages("request", item.Requests, version),
            .. Messages("event", item.Events, version),
            .. item.Enums.SelectMany(model => model.Entries.Where(entry => entry.Since <= version).Select(
                entry => $"enum {model.Name} bitfield={model.IsBitField} {entry.Name}={entry.Value} since={entry.Since}")),
        ];
    }

    private static IEnumerable<string> Messages(string kind, EquatableArray<MessageModel> messages, uint version) =>
        messages.Where(message => message.Since <= version).Select((message, opcode) =>
            $"{kind} {opcode} {message.Name} {message.Signature} destructor={message.IsDestructor} "
            + string.Join(", ", message.Arguments.Select(argument => $"{argument.Name}:{argument.Interface}:{argument.Enum}")));

    private static ProtocolModel Parse(string path, string text)
    {
        ParseResult result = ProtocolParser.Parse(path, text);
        Assert.Empty(result.Problems);
        return result.Protocol!;
    }

    private static string? FindInstalled(string file)
    {
        string[] folders = ["/usr/share/wayland", "/usr/share/wayland-protocols"];
        return folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories)).FirstOrDefault();
    }
}
