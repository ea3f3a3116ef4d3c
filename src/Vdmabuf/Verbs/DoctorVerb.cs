using Vdmabuf.Cli;
using Vdmabuf.Diagnostics;
using Vdmabuf.Doctor;

namespace Vdmabuf.Verbs;

/// <summary><c>vdmabuf doctor</c>: succeeds where a window can be shown.</summary>
internal static class DoctorVerb
{
    internal static int Run(bool json, StderrLogger log)
    {
        log.Trace("looking at the compositor, the devices and every QEMU in PATH");
        MachineReport report = MachineSurvey.Take();
        IReadOnlyList<Problem> problems = Diagnosis.Of(report);
        if (json)
        {
            ReportJson.Write(StandardStreams.Output, report, problems);
            StandardStreams.WriteLine("");
        }
        else
        {
            StandardStreams.WriteLine(ReportText.Write(report, problems));
        }
        return problems.Any(problem => problem.Severity == Severity.Blocking) ? ExitCode.Failure : ExitCode.Success;
    }
}
