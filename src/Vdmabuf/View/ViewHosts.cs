using Vdmabuf.Cli;

namespace Vdmabuf.View;

/// <summary>Where the program shows VMs.</summary>
internal static class ViewHosts
{
    internal static IViewHost Create(ViewChoices choices) => new WindowViewHost(choices);
}
