using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Vdmabuf.Wayland.Generator.Tests;

/// <summary>Runs the generator the way the compiler does.</summary>
internal static class GeneratorRun
{
    private static readonly CSharpParseOptions s_parse =
        CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest).WithDocumentationMode(DocumentationMode.Diagnose);

    public static string ReadSample(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", name));

    public static string ReadProtocol(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Protocols", name));

    public static GeneratorDriver Create(params ProtocolFile[] files) => CSharpGeneratorDriver.Create(
        [new WaylandProtocolGenerator().AsSourceGenerator()],
        files,
        s_parse,
        new Options(files),
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static GeneratorDriverRunResult Run(params ProtocolFile[] files) =>
        Create(files).RunGenerators(EmptyCompilation()).GetRunResult();

    public static CSharpCompilation EmptyCompilation() => CSharpCompilation.Create("Generated", options: new CSharpCompilationOptions(
        OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>What the compiler says of the generated code on top of the runtime; missing docs count.</summary>
    public static ImmutableArray<Diagnostic> Compile(params ProtocolFile[] files)
    {
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        IEnumerable<MetadataReference> references = trusted.Split(':')
            .Append(typeof(WaylandProxy).Assembly.Location).Distinct().Select(path => MetadataReference.CreateFromFile(path));
        CSharpCompilation compilation = EmptyCompilation().AddReferences(references)
            .AddSyntaxTrees(CSharpSyntaxTree.ParseText("global using System;", s_parse));
        Create(files).RunGeneratorsAndUpdateCompilation(compilation, out Compilation result, out _);
        return [.. result.GetDiagnostics().Where(found => found.Severity >= DiagnosticSeverity.Warning)];
    }

    private sealed class Options(ProtocolFile[] files) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Metadata(null);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Metadata(null);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Metadata(files.FirstOrDefault(file => file.Path == textFile.Path)?.Side);
    }

    private sealed class Metadata(string? side) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = key == "build_metadata.AdditionalFiles.WaylandProtocol" ? side : null;
            return value is not null;
        }
    }
}

/// <summary>A protocol file as the project passes it.</summary>
internal sealed class ProtocolFile(string path, string content, string? side = "client") : AdditionalText
{
    public override string Path => path;

    public string? Side => side;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
}
