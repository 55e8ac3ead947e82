using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Network;

/// <summary>One request and what becomes of it: each copy travels, is worked on and is answered by itself; the sender takes the first answer.</summary>
internal sealed class Exchange(
    Simulator simulator, SimulatedNetwork network, SimulatedProcess sender, string from, string to, PeerRequest request, TimeSpan remaining)
{
    // How long a refused or reset connection takes to show.
    private static readonly TimeSpan RefusalDelay = TimeSpan.FromMilliseconds(1);

    private readonly string _type = request.GetType().Name;

    // Completed only by events of the sender's process, so what waits for it goes on within it.
    private readonly TaskCompletionSource<PeerAnswer> _answer = new();
    private bool _hasReachedSomebody;
    private CancellationTokenRegistration _givingUp;
    private ScheduledEvent? _timeUp;

    internal Task<PeerAnswer> SendAsync(CancellationToken cancellationToken)
    {
        network.Counts.Requests++;
        _timeUp = simulator.Schedule(remaining, sender, () => End(new PeerFailure(PeerFailureKind.NoAnswer, $"{to} did not answer in time.")));
        if (cancellationToken.CanBeCanceled)
        {
            _givingUp = cancellationToken.UnsafeRegister(
                static (self, token) => ((Exchange)self!).GiveUp(token), this);
        }

        var duplicate = network.DrawDuplicate();
        Travel(network.DrawDelay(from, to), isDuplicate: false);
        if (duplicate is { } delay)
        {
            Travel(delay, isDuplicate: true);
        }

        return _answer.Task;
    }

    /// <summary>The node that works on the request died: its answer will never come.</summary>
    internal void ReceiverDied()
    {
        network.MessagesUnderWay--;
        if (network.Options.CrashResetsConnections)
        {
            simulator.Schedule(RefusalDelay, sender, () => End(new PeerFailure(PeerFailureKind.NoAnswer, $"{to} closed the connection.")));
        }
    }

    private void Travel(TimeSpan delay, bool isDuplicate)
    {
        if (network.Loses(from, to))
        {
            network.Note("lost", from, to, _type);
            return;
        }

        network.MessagesUnderWay++;
        simulator.Schedule(delay, null, () => Arrive(isDuplicate));
    }

    private void Arrive(bool isDuplicate)
    {
        if (network.ListenerAt(to) is not { } receiver)
        {
            network.Note("refused", from, to, _type);
            network.MessagesUnderWay--;
            if (!isDuplicate && !network.Conditions.IsCut(to, from))
            {
                // A transport may say that a request never reached its receiver only when none of its copies did.
                var kind = _hasReachedSomebody ? PeerFailureKind.NoAnswer : PeerFailureKind.Unreachable;
                simulator.Schedule(RefusalDelay, sender, () => End(new PeerFailure(kind, $"{to} is down.")));
            }

            return;
        }

        _hasReachedSomebody = true;
        network.Note(isDuplicate ? "again" : "deliver", from, to, _type);
        receiver.InProgress.Add(this);
        network.Arriving?.Invoke(request);
        simulator.Schedule(TimeSpan.Zero, receiver.Process, () => _ = WorkAsync(receiver));
    }

    private async Task WorkAsync(NetworkEndpoint receiver)
    {
        using var gone = new CancellationTokenSource();
        var cancellation = network.Options.GivingUpCancelsHandlers
            ? simulator.Schedule(remaining, receiver.Process, gone.Cancel)
            : null;
        var answer = await HandleAsync(receiver, gone.Token);
        if (cancellation is not null)
        {
            Simulator.Cancel(cancellation);
        }

        simulator.RequireInside(receiver.Process, $"an answer to {_type}");
        receiver.InProgress.Remove(this);
        network.MessagesUnderWay--;
        if (answer is not null && !network.Loses(to, from))
        {
            network.MessagesUnderWay++;
            simulator.Schedule(network.DrawDelay(to, from), null, () => Return(answer));
        }
    }

    private async Task<PeerAnswer?> HandleAsync(NetworkEndpoint receiver, CancellationToken gone)
    {
        try
        {
            return await receiver.Handler.HandleAsync(request, Deadline.After(remaining, receiver.Clock), gone);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception failure)
        {
            if (failure is not StoreException)
            {
                simulator.Fail($"{to} could not answer {_type} of {from}: {failure}");
            }

            return new PeerFailure(PeerFailureKind.Failed, failure.Message);
        }
    }

    // Two steps: the answer has arrived even when the process that waits for it is frozen or dead.
    private void Return(PeerAnswer answer)
    {
        network.MessagesUnderWay--;
        network.Note("answer", to, from, answer.GetType().Name);
        simulator.Schedule(TimeSpan.Zero, sender, () => End(answer));
    }

    private void GiveUp(CancellationToken token)
    {
        simulator.RequireThread("a cancelled request");
        Simulator.Cancel(_timeUp!);
        _answer.TrySetCanceled(token);
    }

    private void End(PeerAnswer answer)
    {
        Simulator.Cancel(_timeUp!);
        _givingUp.Unregister();
        _answer.TrySetResult(answer);
    }
}
