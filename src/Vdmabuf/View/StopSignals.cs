using System.Runtime.InteropServices;
using Vdmabuf.Core.Loop;

namespace Vdmabuf.View;

/// <summary>Brings SIGINT, SIGTERM and SIGHUP to the loop's thread, in place of ending the process.</summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
    private readonly List<PosixSignalRegistration> _registrations = [];

    internal StopSignals(IEventLoop loop, Action<PosixSignal> received)
    {
        foreach (PosixSignal signal in s_signals)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                PosixSignal which = context.Signal;
                loop.Post(() => received(which));
            }));
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }
}
