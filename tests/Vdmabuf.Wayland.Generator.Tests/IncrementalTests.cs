using Microsoft.CodeAnalysis;

namespace Vdmabuf.Wayland.Generator.Tests;

public sealed class IncrementalTests
{
    private const string First = "<protocol name='p'>\n<interface name='a' version='1'/>\n</protocol>";
    private const string Second =
        "<protocol name='q'>\n<interface name='b' version='1'>\n<request name='r'><arg name='x' type='object' interface='a'/></request>\n</interface></protocol>";

    [Fact]
    public void Change_of_code_regenerates_nothing()
    {
        GeneratorDriver driver = GeneratorRun.Create(new ProtocolFile("/p/a.xml", First));
        driver = driver.RunGenerators(GeneratorRun.EmptyCompilation());

        driver = driver.RunGenerators(GeneratorRun.EmptyCompilation().WithAssemblyName("Other"));

        Assert.All(Reasons(driver, WaylandProtocolGenerator.ResolveStep), reason =>
            Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString()));
    }

    [Fact]
    public void Change_that_keeps_the_facts_regenerates_nothing()
    {
        var before = new ProtocolFile("/p/a.xml", First);
        GeneratorDriver driver = GeneratorRun.Create(before).RunGenerators(GeneratorRun.EmptyCompilation());

        driver = driver.ReplaceAdditionalText(before, new ProtocolFile("/p/a.xml", First + "<!-- a remark -->"))
            .RunGenerators(GeneratorRun.EmptyCompilation());

        Assert.Equal([IncrementalStepRunReason.Unchanged], Reasons(driver, WaylandProtocolGenerator.ParseStep));
    }

    [Fact]
    public void Change_of_a_message_regenerates_its_own_file_only()
    {
        var first = new ProtocolFile("/p/a.xml", First);
        var second = new ProtocolFile("/p/b.xml", Second);
        GeneratorDriver driver = GeneratorRun.Create(first, second).RunGenerators(GeneratorRun.EmptyCompilation());

        driver = driver.ReplaceAdditionalText(second, new ProtocolFile("/p/b.xml", Second.Replace("'r'", "'changed'", StringComparison.Ordinal)))
            .RunGenerators(GeneratorRun.EmptyCompilation());

        IncrementalStepRunReason[] reasons = Reasons(driver, WaylandProtocolGenerator.ResolveStep);
        Assert.Equal(2, reasons.Length);
        Assert.Single(reasons, IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void Interface_that_appears_in_another_file_types_the_reference()
    {
        var second = new ProtocolFile("/p/b.xml", Second);

        string alone = GeneratorRun.Run(second).GeneratedTrees.Single().ToString();
        string together = GeneratorRun.Run(second, new ProtocolFile("/p/a.xml", First)).GeneratedTrees
            .Select(tree => tree.ToString()).Single(text => text.Contains("class B ", StringComparison.Ordinal));

        Assert.Contains("public void R(WaylandProxy x)", alone, StringComparison.Ordinal);
        Assert.Contains("public void R(A x)", together, StringComparison.Ordinal);
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorDriver driver, string step) =>
        [.. driver.GetRunResult().Results.Single().TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];
}
