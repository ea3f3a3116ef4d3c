using Microsoft.Extensions.Logging;
using Vdmabuf.Core.Loop;
using Vdmabuf.Sources.Qemu;

namespace Vdmabuf.View;

/// <summary>How showing a VM ended.</summary>
/// <param name="Reason">What the VM's side says.</param>
/// <param name="ViewFailure">Why the views were lost; null where they were not.</param>
internal readonly record struct ShowEnd(DetachReason Reason, Exception? ViewFailure);

/// <summary>One VM on one view host, from the first attachment until either side ends.</summary>
internal sealed class VmShow : IDisposable
{
    private readonly IViewHost _host;
    private readonly QemuVm _vm;
    private readonly TaskCompletionSource<Exception> _viewsLost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The host is connected already, and stays the caller's.</summary>
    internal VmShow(IEventLoop loop, IQemuEndpoint endpoint, IViewHost host, QemuTransport transport, ILogger log)
    {
        _host = host;
        _vm = new QemuVm(loop, endpoint, host.Views, log) { Transport = transport };
        _vm.Attached += () => WasAttached = true;
        host.Failed += OnViewsLost;
    }

    /// <summary>Whether it was ever attached.</summary>
    internal bool WasAttached { get; private set; }

    /// <summary>Attaches and shows. A failed first attachment throws, and may be tried again.</summary>
    internal async Task<ShowEnd> RunAsync()
    {
        Task<DetachReason> running = _vm.RunAsync();
        return await Task.WhenAny(running, _viewsLost.Task).ConfigureAwait(true) == running
            ? new ShowEnd(await running.ConfigureAwait(true), null)
            : new ShowEnd(DetachReason.Stopped, await _viewsLost.Task.ConfigureAwait(true));
    }

    /// <summary>Ends <see cref="RunAsync"/>; the VM runs on.</summary>
    internal void Stop() => _vm.Stop();

    public void Dispose()
    {
        _host.Failed -= OnViewsLost;
        _vm.Dispose();
    }

    private void OnViewsLost(Exception error) => _viewsLost.TrySetResult(error);
}
