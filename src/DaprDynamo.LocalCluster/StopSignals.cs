using System.Runtime.InteropServices;

namespace DaprDynamo.LocalCluster;

/// <summary>Turns Ctrl-C and the terminate signal into a cancelled token, so that the cluster stops in order and ends with 0.</summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;

    internal StopSignals() => _registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    internal CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // A second signal ends the process at once: whoever sends it has waited long enough.
        context.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
    }
}
