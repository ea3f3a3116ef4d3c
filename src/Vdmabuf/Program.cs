using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using Vdmabuf.Cli;
using Vdmabuf.Diagnostics;

// Asked by scripts and by packagers, often: answered before anything is built.
if (args is ["--version"])
{
    string version = typeof(CommandTree).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
    StandardStreams.WriteLine($"vdmabuf {version.Split('+')[0]}");
    return ExitCode.Success;
}

string? verb = args.FirstOrDefault(argument => argument.Length > 0 && argument[0] != '-');
ParseResult result = CommandTree.Build(verb).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (result.Action is not HelpAction && result.Errors.Count > 0)
{
    foreach (string error in result.Errors.Select(static error => error.Message).Distinct()) StandardStreams.WriteErrorLine($"vdmabuf: {error}");
    StandardStreams.WriteErrorLine("vdmabuf: see vdmabuf --help");
    return ExitCode.Usage;
}
return result.Invoke();
