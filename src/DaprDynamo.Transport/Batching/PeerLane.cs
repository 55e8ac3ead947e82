using DaprDynamo.Cluster.Peers;

namespace DaprDynamo.Transport.Batching;

/// <summary>
/// Requests of one kind on their way to one peer. Nothing is held back to make a batch larger: a request goes out at once
/// when fewer than the allowed number of batches are under way, and whatever comes while they are goes out together in
/// the next. Reads, merges and forwarded operations have lanes of their own, so that a read never waits for a disk.
/// </summary>
internal sealed class PeerLane(TransportOptions options, Func<IReadOnlyList<PendingRequest>, Task> sendAsync)
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingRequest> _waiting = new();
    private int _inFlight;

    /// <summary>Takes a request in; false when too many wait already.</summary>
    internal bool TryEnqueue(PendingRequest request)
    {
        lock (_lock)
        {
            if (_waiting.Count >= options.WaitingMax)
            {
                return false;
            }

            _waiting.Enqueue(request);
        }

        SendWhatMayGo();
        return true;
    }

    private void SendWhatMayGo()
    {
        while (TakeBatch() is { } batch)
        {
            _ = SendAsync(batch);
        }
    }

    private List<PendingRequest>? TakeBatch()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 || _inFlight >= options.BatchesInFlightMax)
            {
                return null;
            }

            var batch = new List<PendingRequest>();
            var sizeBytes = 0;
            while (batch.Count < options.BatchRequestsMax && _waiting.TryPeek(out var next)
                && (batch.Count == 0 || sizeBytes + next.SizeBytes <= options.BatchSizeBytesMax))
            {
                batch.Add(_waiting.Dequeue());
                sizeBytes += next.SizeBytes;
            }

            _inFlight++;
            return batch;
        }
    }

    private async Task SendAsync(List<PendingRequest> batch)
    {
        try
        {
            await sendAsync(batch).ConfigureAwait(false);
        }
        finally
        {
            // A request without an answer by now will never get one.
            foreach (var request in batch)
            {
                request.Complete(new PeerFailure(PeerFailureKind.NoAnswer, "The batch ended without an answer."));
            }

            lock (_lock)
            {
                _inFlight--;
            }

            SendWhatMayGo();
        }
    }
}
