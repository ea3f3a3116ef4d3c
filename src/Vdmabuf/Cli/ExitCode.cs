namespace Vdmabuf.Cli;

/// <summary>What the program's exit codes mean; the same for every verb.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    internal const int Success = 0;

    /// <summary>Something failed that is none of the others.</summary>
    internal const int Failure = 1;

    /// <summary>The command line cannot be understood or is ambiguous.</summary>
    internal const int Usage = 2;

    /// <summary>What was named is not there.</summary>
    internal const int NotFound = 3;

    /// <summary>It is there, and it refused.</summary>
    internal const int Refused = 4;

    /// <summary>What everything needs is not reachable: the compositor, the bus.</summary>
    internal const int Unavailable = 69;
}
