using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;

namespace DaprDynamo.Transport.Batching;

/// <summary>A request that waits for its turn or for its answer.</summary>
internal sealed class PendingRequest(Protocol.Request message, Deadline deadline)
{
    // Answers arrive many at a time on one thread: whoever waits for one must not run there.
    private readonly TaskCompletionSource<PeerAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Protocol.Request Message { get; } = message;

    internal Deadline Deadline { get; } = deadline;

    internal int SizeBytes { get; } = message.CalculateSize();

    internal Task<PeerAnswer> Answer => _answer.Task;

    internal void Complete(PeerAnswer answer) => _answer.TrySetResult(answer);
}
