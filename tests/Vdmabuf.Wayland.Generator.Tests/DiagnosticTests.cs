using Microsoft.CodeAnalysis;

namespace Vdmabuf.Wayland.Generator.Tests;

public sealed class DiagnosticTests
{
    [Theory]
    [InlineData("VWG001", "<protocol name='p'>\n<interface name='a' version='1'>\n</protocol>", 3)]
    [InlineData("VWG001", "<html/>", 1)]
    [InlineData("VWG002", "<protocol name='p'>\n<interface version='1'/>\n</protocol>", 2)]
    [InlineData("VWG002", "<protocol name='p'>\n<interface name='a' version='one'/>\n</protocol>", 2)]
    [InlineData("VWG002", "<protocol name='p'>\n<interface name='a' version='1'>\n<enum name='e'>\n<entry name='x' value='0x1ffffffff'/></enum></interface></protocol>", 4)]
    [InlineData("VWG003", "<protocol name='p'>\n<interface name='a' version='1'>\n<request name='r'>\n<arg name='x' type='float'/></request></interface></protocol>", 4)]
    [InlineData("VWG004", "<protocol name='p'>\n<interface name='a' version='1'>\n<request name='r'>\n<arg name='x' type='uint' enum='nope'/></request></interface></protocol>", 4)]
    [InlineData("VWG006", "<protocol name='p'>\n<interface name='a' version='1'>\n<request name='r'>\n<arg name='x' type='new_id' interface='nope'/></request></interface></protocol>", 4)]
    public void Mistake_is_reported_with_file_and_line(string id, string xml, int line)
    {
        GeneratorDriverRunResult result = GeneratorRun.Run(new ProtocolFile("/p/bad.xml", xml));

        Diagnostic found = Assert.Single(result.Diagnostics);
        FileLinePositionSpan place = found.Location.GetLineSpan();
        Assert.Equal(id, found.Id);
        Assert.Equal(DiagnosticSeverity.Error, found.Severity);
        Assert.Equal("/p/bad.xml", place.Path);
        Assert.Equal(line, place.StartLinePosition.Line + 1);
        Assert.Empty(result.GeneratedTrees);
    }

    [Fact]
    public void Document_type_is_refused()
    {
        GeneratorDriverRunResult result = GeneratorRun.Run(
            new ProtocolFile("/p/bad.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]>\n<protocol name='p'/>"));

        Assert.Equal("VWG001", Assert.Single(result.Diagnostics).Id);
    }

    [Fact]
    public void Interface_in_two_files_is_reported_at_the_second()
    {
        const string Xml = "<protocol name='p'>\n<interface name='a' version='1'/>\n</protocol>";

        GeneratorDriverRunResult result = GeneratorRun.Run(new ProtocolFile("/p/one.xml", Xml), new ProtocolFile("/p/two.xml", Xml));

        Diagnostic found = Assert.Single(result.Diagnostics);
        Assert.Equal(("VWG005", "/p/two.xml"), (found.Id, found.Location.GetLineSpan().Path));
    }

    [Fact]
    public void Mistake_in_one_file_does_not_stop_the_others()
    {
        GeneratorDriverRunResult result = GeneratorRun.Run(
            new ProtocolFile("/p/bad.xml", "<protocol"),
            new ProtocolFile("/p/good.xml", "<protocol name='p'>\n<interface name='a' version='1'/>\n</protocol>"));

        Assert.Single(result.Diagnostics);
        Assert.Single(result.GeneratedTrees);
    }
}
