using System.Collections.Concurrent;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Operations;

/// <summary>
/// The forwarded operations that this node has taken on of late. A request that a sidecar or a proxy repeats is carried out
/// once and answered as often as it comes: done twice, a write would stand beside itself as two values, and a delete would
/// take what was written since. What is too old to be remembered is refused.
/// </summary>
internal sealed class ForwardedOperations(NodeClock clock, TimeProvider time, int sizeMax = 100_000)
{
    /// <summary>Longer than a client is usually given.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(30);

    private const int RecordSizeBytesMax = 1024;

    private readonly ConcurrentDictionary<OperationId, Taken> _taken = new();
    private readonly Queue<(long TakenAt, OperationId Id)> _byAge = new();
    private readonly Lock _lock = new();

    internal Task<PeerAnswer> TakeAsync(CoordinateOperation request, Func<Task<PeerAnswer>> work)
    {
        if (!clock.IsFresh(request.Echo, AgeMax))
        {
            return Task.FromResult<PeerAnswer>(new PeerFailure(PeerFailureKind.Stale, "The operation was too long on its way."));
        }

        var mine = new Taken();
        var taken = _taken.GetOrAdd(request.Id, mine);
        if (taken != mine)
        {
            return taken.Answer;
        }

        if (Remember(request.Id))
        {
            return CarryOutAsync(mine, work);
        }

        _taken.TryRemove(request.Id, out _);
        PeerAnswer refusal = new PeerFailure(PeerFailureKind.Overloaded, "The node has taken on as many operations as it allows itself.");
        mine.Source.TrySetResult(refusal);
        return Task.FromResult(refusal);
    }

    private static async Task<PeerAnswer> CarryOutAsync(Taken taken, Func<Task<PeerAnswer>> work)
    {
        try
        {
            var answer = await work();
            taken.End(answer);
            return answer;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            taken.End(new PeerFailure(PeerFailureKind.Failed, "The node failed; its log tells why."));
            throw;
        }
        catch (OperationCanceledException)
        {
            taken.End(new PeerFailure(PeerFailureKind.NoAnswer, "The operation was given up."));
            throw;
        }
    }

    /// <summary>Notes the id, and forgets those that would be refused by their age now.</summary>
    private bool Remember(OperationId id)
    {
        lock (_lock)
        {
            while (_byAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.TakenAt) > AgeMax)
            {
                _byAge.Dequeue();
                _taken.TryRemove(oldest.Id, out _);
            }

            if (_byAge.Count >= sizeMax)
            {
                return false;
            }

            _byAge.Enqueue((time.GetTimestamp(), id));
            return true;
        }
    }

    private sealed class Taken
    {
        public TaskCompletionSource<PeerAnswer> Source { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<PeerAnswer> Answer => Source.Task;

        /// <summary>Answers who waits, and keeps what later comers are told: without the record when it is large.</summary>
        public void End(PeerAnswer answer)
        {
            var waitedFor = Source;
            if (answer is OperationCoordinated { Result: { Versions.ValuesSizeBytes: > RecordSizeBytesMax } result })
            {
                Source = new();
                Source.TrySetResult(new OperationCoordinated(result with { Versions = DottedVersionVectorSet.Empty }));
            }

            waitedFor.TrySetResult(answer);
        }
    }
}
