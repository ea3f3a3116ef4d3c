namespace Vdmabuf.Launch;

/// <summary>What the planner has to know of the machine. Costly questions are asked only when an answer is needed.</summary>
/// <param name="QmpPath">Where QEMU shall make our private monitor socket.</param>
/// <param name="RenderNode">A render node this user may open, null where there is none.</param>
/// <param name="UdmabufUsable">Whether /dev/udmabuf can be opened.</param>
/// <param name="OpenGlInBuild">Whether this QEMU was built with OpenGL for its displays.</param>
internal sealed record LaunchFacts(string QmpPath, Func<string?> RenderNode, Func<bool> UdmabufUsable, Func<bool> OpenGlInBuild);

/// <summary>What QEMU gets besides the user's own arguments.</summary>
/// <param name="Added">Arguments to append.</param>
/// <param name="Fault">Why it cannot be started this way, with the next step; null where it can.</param>
/// <param name="Notes">What the user should know: things left out, and why.</param>
internal sealed record LaunchPlan(IReadOnlyList<string> Added, string? Fault, IReadOnlyList<string> Notes);
