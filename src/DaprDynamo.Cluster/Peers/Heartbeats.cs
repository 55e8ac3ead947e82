using System.Collections.Concurrent;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Replication;

namespace DaprDynamo.Cluster.Peers;

/// <summary>
/// Asks every peer now and then whether it is there: a peer that hangs is noticed without a client waiting for it, a
/// suspect that is back is used again, and its clock is known before a record is sent to it.
/// </summary>
internal sealed class Heartbeats(
    IMembership membership, ReplicaSet replicas, Signal wakeUp, TimeProvider time, Random random, StorageNodeOptions options)
{
    private static readonly TimeSpan RestMin = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    internal async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var view = membership.Current;
            foreach (var nodeId in view.Present)
            {
                if (nodeId != membership.SelfId && _underWay.TryAdd(nodeId, true))
                {
                    _ = PingAsync(view, nodeId, stopping);
                }
            }

            // Nodes that started together must not all knock at the same moment for ever.
            var jitter = 0.8 + (0.4 * random.NextDouble());
            await Task.Delay(RestMin, time, stopping);
            await wakeUp.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(1, (options.HeartbeatIntervalMs * jitter) - RestMin.TotalMilliseconds)), stopping);
        }
    }

    private async Task PingAsync(ClusterView view, string nodeId, CancellationToken stopping)
    {
        try
        {
            await replicas.PingAsync(view, nodeId, stopping);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            _underWay.TryRemove(nodeId, out _);
        }
    }
}
