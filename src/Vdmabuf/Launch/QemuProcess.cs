using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Vdmabuf.Linux;

namespace Vdmabuf.Launch;

/// <summary>The QEMU that we started. It has our terminal, so that serial lines and monitors on stdio work.</summary>
internal sealed class QemuProcess : IDisposable
{
    private readonly Process _process;

    private QemuProcess(Process process)
    {
        _process = process;
        Ended = WaitAsync();
    }

    /// <summary>Its exit code, once it ended; 128 and the signal's number where a signal ended it.</summary>
    internal Task<int> Ended { get; }

    /// <exception cref="IOException">The program cannot be run.</exception>
    internal static QemuProcess Start(string binary, IEnumerable<string> arguments)
    {
        try
        {
            return new QemuProcess(Process.Start(new ProcessStartInfo(binary, arguments) { UseShellExecute = false })!);
        }
        catch (Win32Exception error)
        {
            throw new IOException($"{binary} cannot be run: {error.Message}", error);
        }
    }

    /// <summary>
    /// Passes on a signal that this process got - unless it is one the terminal has sent to QEMU as well: QEMU must
    /// not see it twice.
    /// </summary>
    internal void Forward(PosixSignal signal)
    {
        bool fromTerminal = signal is PosixSignal.SIGINT or PosixSignal.SIGHUP && ChildProcess.SharesTerminal;
        if (!fromTerminal) Send(signal == PosixSignal.SIGINT ? ChildProcess.Interrupt : ChildProcess.Terminate);
    }

    /// <summary>Asks it to end: the guest is cut off, QEMU closes its disks.</summary>
    internal void Terminate() => Send(ChildProcess.Terminate);

    public void Dispose() => _process.Dispose();

    private void Send(int signal)
    {
        if (!Ended.IsCompleted) ChildProcess.Signal(_process.Id, signal);
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(true);
        return _process.ExitCode;
    }
}
