using System.Diagnostics;

namespace Vdmabuf.Lab.Tests;

/// <summary>tests/lab/sum-results: what counts as passed, failed and skipped.</summary>
public sealed class SumResultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private void Add(string project, int status, params (string Test, string Outcome, string? Message)[] results)
    {
        File.WriteAllText(_folder.File($"{project}.status"), $"{status}\n");
        if (results.Length > 0)
            File.WriteAllText(_folder.File($"{project}.trx"), "<?xml version=\"1.0\"?><TestRun><Results>" + string.Concat(results.Select(result =>
                $"<UnitTestResult executionId=\"e\" testId=\"t\" testName=\"{result.Test}\" outcome=\"{result.Outcome}\">"
                + (result.Message is null ? "" : $"<Output><ErrorInfo><Message>{result.Message}</Message><StackTrace>at</StackTrace></ErrorInfo></Output>")
                + "</UnitTestResult>")) + "</Results><TestDefinitions /></TestRun>");
    }

    private (int Status, string[] Lines) Sum(bool ci = false)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "tests", "lab", "sum-results"), [_folder.Path]) { RedirectStandardOutput = true };
        start.Environment["CI"] = ci ? "true" : null;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Results_of_two_projects_are_added_and_skips_named_with_their_reason()
    {
        Add("A.Tests", 0, ("A.One", "Passed", null), ("A.Two(x: &quot;&lt;&quot;)", "NotExecuted", "no weston &amp; no QEMU"));
        Add("B.Tests", 0, ("B.One", "Passed", null), ("B.Two", "Passed", null));

        var (status, lines) = Sum();

        Assert.Equal(0, status);
        Assert.Equal(["skipped A.Two(x: \"<\"): no weston & no QEMU", "3 passed, 0 failed, 1 skipped"], lines);
    }

    [Fact]
    public void Failed_test_is_named_with_its_message_and_fails_the_run()
    {
        Add("A.Tests", 1, ("A.One", "Passed", null), ("A.Two", "Failed", "Expected: 1\nActual: 2"));

        var (status, lines) = Sum();

        Assert.Equal(1, status);
        Assert.Equal(["FAILED  A.Two: Expected: 1 Actual: 2", "1 passed, 1 failed, 0 skipped"], lines);
    }

    [Fact]
    public void Crashed_project_with_or_without_results_counts_as_one_failure()
    {
        Add("A.Tests", 134, ("A.One", "Passed", null));
        Add("B.Tests", 139);

        var (status, lines) = Sum();

        Assert.Equal(1, status);
        Assert.Equal("1 passed, 2 failed, 0 skipped", lines[^1]);
        Assert.Contains(lines, line => line.StartsWith("FAILED  B.Tests: its test process ended with 139", StringComparison.Ordinal));
    }

    [Fact]
    public void Skipped_test_with_real_peers_fails_in_CI_and_another_does_not()
    {
        Add("A.Tests", 0, ("A.One", "Passed", null), ("A.Two", "NotExecuted", "other reason"));
        Add("A.Tests.peers", 0, ("A.Three", "NotExecuted", "no guest"));

        Assert.Equal("1 passed, 0 failed, 2 skipped", Sum().Lines[^1]);
        var (status, lines) = Sum(ci: true);

        Assert.Equal(1, status);
        Assert.Equal("1 passed, 1 failed, 1 skipped", lines[^1]);
    }

    [Fact]
    public void Run_without_any_passed_test_fails()
    {
        var (status, lines) = Sum();

        Assert.Equal((1, "0 passed, 0 failed, 0 skipped"), (status, lines[^1]));
    }

    public void Dispose() => _folder.Dispose();
}
