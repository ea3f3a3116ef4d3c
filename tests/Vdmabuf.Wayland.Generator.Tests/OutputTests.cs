using Microsoft.CodeAnalysis;

namespace Vdmabuf.Wayland.Generator.Tests;

public sealed class OutputTests
{
    [Fact]
    public void Sample_gives_the_verified_code() =>
        VerifiedText.Check("sample", Generate(new ProtocolFile("/p/sample.xml", GeneratorRun.ReadSample("sample.xml"))));

    [Fact]
    public void Real_protocol_gives_the_verified_code() => VerifiedText.Check("presentation-time", Generate(
        [.. AllProtocols().OrderByDescending(file => file.Path == "/p/presentation-time.xml")], "presentation-time."));

    [Fact]
    public void Sample_compiles_without_warnings() =>
        Assert.Empty(GeneratorRun.Compile(new ProtocolFile("/p/sample.xml", GeneratorRun.ReadSample("sample.xml"))));

    [Fact]
    public void All_protocols_compile_without_warnings() => Assert.Empty(
        GeneratorRun.Compile(AllProtocols()).Where(found => found.Id != "CS0436"));

    [Fact]
    public void File_for_another_side_is_left_alone()
    {
        string text = GeneratorRun.ReadSample("sample.xml");

        GeneratorDriverRunResult result = GeneratorRun.Run(
            new ProtocolFile("/p/server.xml", text, "server"), new ProtocolFile("/p/readme.xml", text, null));

        Assert.Empty(result.GeneratedTrees);
        Assert.Empty(result.Diagnostics);
    }

    private static ProtocolFile[] AllProtocols() =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Protocols"), "*.xml").Order(StringComparer.Ordinal)
            .Select(path => new ProtocolFile("/p/" + Path.GetFileName(path), File.ReadAllText(path))),
    ];

    private static string Generate(params ProtocolFile[] files) => Generate(files, "");

    private static string Generate(ProtocolFile[] files, string prefix)
    {
        GeneratorDriverRunResult result = GeneratorRun.Run(files);
        Assert.Empty(result.Diagnostics);
        return string.Join('\n', result.Results.Single().GeneratedSources
            .Where(source => source.HintName.StartsWith(prefix, StringComparison.Ordinal))
            .Select(source => $"==== {source.HintName}\n{source.SourceText}"));
    }
}
