using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Core.Membership;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Telemetry;

/// <summary>
/// Makes events of what changes in the cluster as the node sees it, by looking a few times a second: what comes and goes between two
/// looks nobody could have followed anyway.
/// </summary>
internal sealed class ClusterWatch(RunningNode running, EventBuffer events, TimeProvider time, ILogger<ClusterWatch> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, MemberRecord> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _suspects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TransferProgress> _transfers = new(StringComparer.Ordinal);
    private Dictionary<string, long> _hints = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFailing = false;
        while (true)
        {
            try
            {
                LookAtMembers(running.Membership.Current);
                await LookAtHintsAsync();
                isFailing = false;
            }
            catch (Exception failure)
            {
                // Whatever it is, it must not end the node, which serves clients whether it is watched or not.
                if (!isFailing)
                {
                    logger.LogError(failure, "What changes in the cluster cannot be told; it is tried again until it can");
                }

                isFailing = true;
            }

            await Task.Delay(LookEvery, time, stoppingToken);
        }
    }

    private void LookAtMembers(ClusterView view)
    {
        foreach (var member in view.Members.Values)
        {
            var known = _members.GetValueOrDefault(member.NodeId);
            if (known is null || (known.State, known.Phase, known.IsRemoved) != (member.State, member.Phase, member.IsRemoved))
            {
                events.Add(new MemberEvent(member.NodeId, member.State.ToString(), member.Phase.ToString(), member.IsRemoved) { At = time.GetUtcNow() });
            }

            _members[member.NodeId] = member;
            LookAtHealth(member.NodeId, member.IsPresent && running.Node.IsSuspect(member.NodeId));
            LookAtTransfer(member.NodeId, running.Node.TransferOf(member.NodeId));
        }
    }

    private void LookAtHealth(string nodeId, bool isSuspect)
    {
        if (isSuspect ? _suspects.Add(nodeId) : _suspects.Remove(nodeId))
        {
            events.Add(new HealthEvent(nodeId, isSuspect) { At = time.GetUtcNow() });
        }
    }

    private void LookAtTransfer(string nodeId, TransferProgress transfer)
    {
        if (_transfers.GetValueOrDefault(nodeId, TransferProgress.None) is var known
            && (known.PartitionsDone, known.PartitionsTotal, known.SizeBytesDone) != (transfer.PartitionsDone, transfer.PartitionsTotal, transfer.SizeBytesDone))
        {
            _transfers[nodeId] = transfer;
            events.Add(new TransferEvent(nodeId, transfer.PartitionsDone, transfer.PartitionsTotal, transfer.SizeBytesDone) { At = time.GetUtcNow() });
        }
    }

    private async Task LookAtHintsAsync()
    {
        var pending = (await running.Node.CountHintsAsync()).ToDictionary(StringComparer.Ordinal);
        foreach (var ownerId in pending.Keys.Union(_hints.Keys, StringComparer.Ordinal))
        {
            if (pending.GetValueOrDefault(ownerId) is var now && now != _hints.GetValueOrDefault(ownerId))
            {
                events.Add(new HintsEvent(ownerId, now) { At = time.GetUtcNow() });
            }
        }

        _hints = pending;
    }
}
