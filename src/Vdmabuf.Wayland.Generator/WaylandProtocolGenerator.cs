using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Vdmabuf.Wayland.Generator.Emit;
using Vdmabuf.Wayland.Generator.Model;

namespace Vdmabuf.Wayland.Generator;

/// <summary>
/// Makes a class for every interface of the protocol files given as <c>AdditionalFiles</c> with the metadata
/// <c>WaylandProtocol="client"</c>. Each file is parsed and emitted on its own; only the names of interfaces and
/// enums cross files, so that an edit regenerates one file's classes.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class WaylandProtocolGenerator : IIncrementalGenerator
{
    /// <summary>Name of the pipeline step whose output is a parsed file; for tests of incrementality.</summary>
    public const string ParseStep = "ParseProtocol";

    /// <summary>Name of the pipeline step that pairs a file with the names it may refer to.</summary>
    public const string ResolveStep = "ResolveProtocol";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParseResult> parsed = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Where(static pair => pair.Right.GetOptions(pair.Left)
                .TryGetValue("build_metadata.AdditionalFiles.WaylandProtocol", out string? side) && side == "client")
            .Select(static (pair, _) => pair.Left)
            .Select(static (file, cancel) => ProtocolParser.Parse(file.Path, file.GetText(cancel)?.ToString() ?? ""))
            .WithTrackingName(ParseStep);

        context.RegisterSourceOutput(parsed, static (output, result) =>
        {
            foreach (ProtocolProblem problem in result.Problems) output.ReportDiagnostic(problem.ToDiagnostic());
        });

        IncrementalValuesProvider<ProtocolModel> protocols =
            parsed.Where(static result => result.Protocol is not null).Select(static (result, _) => result.Protocol!);

        context.RegisterSourceOutput(protocols.Collect(), static (output, all) =>
        {
            foreach (ProtocolProblem problem in ReferenceChecker.FindDuplicates(all)) output.ReportDiagnostic(problem.ToDiagnostic());
        });

        IncrementalValueProvider<Catalog> catalog = protocols.Collect().Select(static (all, _) => Catalog.Of(all));
        IncrementalValuesProvider<(ProtocolModel Protocol, Catalog Catalog)> resolved =
            protocols.Combine(catalog).Select(static (pair, _) => pair).WithTrackingName(ResolveStep);

        context.RegisterSourceOutput(resolved, static (output, pair) => Emit(output, pair.Protocol, pair.Catalog));
    }

    private static void Emit(SourceProductionContext output, ProtocolModel protocol, Catalog catalog)
    {
        ProtocolProblem[] problems = [.. ReferenceChecker.Check(protocol, catalog)];
        foreach (ProtocolProblem problem in problems) output.ReportDiagnostic(problem.ToDiagnostic());
        if (problems.Length > 0) return;

        // The file's name is part of the hint so that a duplicate interface is reported, not an exception here.
        string prefix = Path.GetFileNameWithoutExtension(protocol.FileName);
        foreach (InterfaceModel item in protocol.Interfaces)
        {
            output.CancellationToken.ThrowIfCancellationRequested();
            string source = InterfaceEmitter.Emit(protocol, item, catalog);
            output.AddSource($"{prefix}.{Naming.Pascal(item.Name)}.g.cs", SourceText.From(source, Encoding.UTF8));
        }
    }
}
