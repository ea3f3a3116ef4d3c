using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Vdmabuf.Wayland.Generator.Model;

/// <summary>A diagnostic before it is one: plain data, because a Diagnostic does not compare by value.</summary>
internal sealed record ProtocolProblem(string Id, string Message, SourcePosition Position)
{
    public Diagnostic ToDiagnostic()
    {
        var start = new LinePosition(Position.Line, Position.Column);
        var location = Location.Create(Position.Path, default, new LinePositionSpan(start, start));
        return Diagnostic.Create(Diagnostics.Find(Id), location, Message);
    }
}

/// <summary>What came of a file: a model if it is sound, else the reasons why not.</summary>
internal sealed record ParseResult(ProtocolModel? Protocol, EquatableArray<ProtocolProblem> Problems);
