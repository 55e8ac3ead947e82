using DaprDynamo.Cluster.Peers;

namespace DaprDynamo.Transport.Batching;

/// <summary>
/// Requests of one kind on their way to one peer. Nothing is held back to make a batch larger: a request goes out at once
/// when fewer than the allowed number of batches are under way, and whatever comes while they are goes out together in
/// the next. Reads, merges and forwarded operations have lanes of their own, so that a read never waits for a disk.
/// </summary>
/// <param name="options">Limits.</param>
/// <param name="sendAsync">Sends a batch; what it answers is to be sent again, before what waits.</param>
internal sealed class PeerLane(TransportOptions options, Func<IReadOnlyList<PendingRequest>, Task<IReadOnlyList<PendingRequest>>> sendAsync)
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingRequest> _waiting = new();
    private readonly Queue<PendingRequest> _again = new();
    private long _waitingSizeBytes;
    private int _inFlight;

    /// <summary>Takes a request in; false when too many wait already.</summary>
    internal bool TryEnqueue(PendingRequest request)
    {
        lock (_lock)
        {
            var waiting = _waiting.Count + _again.Count;
            if (waiting >= options.WaitingMax || (waiting > 0 && _waitingSizeBytes + request.SizeBytes > options.WaitingSizeBytesMax))
            {
                return false;
            }

            _waiting.Enqueue(request);
            _waitingSizeBytes += request.SizeBytes;
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
            if (_waiting.Count + _again.Count == 0 || _inFlight >= options.BatchesInFlightMax)
            {
                return null;
            }

            var batch = new List<PendingRequest>();
            var sizeBytes = 0;
            while (batch.Count < options.BatchRequestsMax && (_again.Count > 0 ? _again : _waiting) is var queue && queue.TryPeek(out var next)
                && (batch.Count == 0 || sizeBytes + next.SizeBytes <= options.BatchSizeBytesMax))
            {
                batch.Add(queue.Dequeue());
                sizeBytes += next.SizeBytes;
            }

            _waitingSizeBytes -= sizeBytes;
            _inFlight++;
            return batch;
        }
    }

    private async Task SendAsync(List<PendingRequest> batch)
    {
        IReadOnlyList<PendingRequest> again = [];
        try
        {
            again = await sendAsync(batch).ConfigureAwait(false);
        }
        finally
        {
            // A request without an answer by now will never get one.
            foreach (var request in batch.Except(again))
            {
                request.Complete(new PeerFailure(PeerFailureKind.NoAnswer, "The batch ended without an answer."));
            }

            lock (_lock)
            {
                foreach (var request in again)
                {
                    _again.Enqueue(request);
                    _waitingSizeBytes += request.SizeBytes;
                }

                _inFlight--;
            }

            SendWhatMayGo();
        }
    }
}
