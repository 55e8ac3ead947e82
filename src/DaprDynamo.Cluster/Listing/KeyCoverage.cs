using System.Collections.Immutable;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.Listing;

/// <summary>
/// Lists keys of the whole cluster by asking few members that together keep all partitions. Each partition is told by one replica:
/// a key written a moment ago may be missing, as it may with a read quorum of one.
/// </summary>
internal sealed class KeyCoverage(IMembership membership, ReplicaSet replicas, KeyLister own, TimeProvider time)
{
    private const int RoundsMax = 4;

    internal async Task<KeyPage> ListAsync(Key? prefix, Key? after, int limit, Deadline deadline, CancellationToken cancellationToken)
    {
        var view = membership.Current;
        var left = Enumerable.Range(0, view.Settings.Space.Count).ToImmutableHashSet();
        var silent = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<ListedKey>();
        Key? completeTo = null;
        for (var round = 0; round < RoundsMax && !left.IsEmpty && deadline.Remaining(time) > TimeSpan.Zero; round++)
        {
            var cover = Cover(view, left, silent);

            // Whoever hangs must leave time to ask another.
            var forThisRound = Deadline.After(deadline.Remaining(time) / 2, time);
            var answers = await Task.WhenAll(cover.Select(part => AskAsync(view, part.Key, new ListKeys(part.Value, prefix, after, limit), forThisRound, cancellationToken)));
            foreach (var (nodeId, answer) in answers)
            {
                if (answer is KeysListed listed)
                {
                    found.AddRange(listed.Keys);
                    completeTo = Lower(completeTo, listed.LookedUpTo ?? (listed.Keys.Length >= limit ? listed.Keys[^1].Key : null));
                    left = left.Except(cover[nodeId]);
                }
                else
                {
                    silent.Add(nodeId);
                }
            }
        }

        // Beyond where one of them ended, others' keys would stand with gaps between them.
        var complete = found.Where(listed => completeTo is null || listed.Key <= completeTo).OrderBy(listed => listed.Key).ToList();
        var page = complete.Take(limit).ToImmutableArray();
        return new KeyPage(page, page.Length < complete.Count ? page[^1].Key : completeTo, [.. left.Order()]);
    }

    private static Key? Lower(Key? one, Key? other) => one is null || (other is not null && other < one) ? other : one;

    /// <summary>Suspects are asked for what nobody else keeps, or when nobody else has answered for it.</summary>
    private ImmutableDictionary<string, ImmutableArray<int>> Cover(ClusterView view, IEnumerable<int> left, HashSet<string> silent)
    {
        var candidates = replicas.InOrderOfAsking(view.Present.Where(nodeId => !silent.Contains(nodeId)));
        var cover = Choose([.. candidates.Where(nodeId => !replicas.Detector.IsSuspect(nodeId))]);
        return cover.IsEmpty ? Choose(candidates) : cover;

        ImmutableDictionary<string, ImmutableArray<int>> Choose(IReadOnlyList<string> members) =>
            PartitionCover.Choose(left, partition => view.Placement.PreferenceListOf(partition).Primaries, members);
    }

    private async Task<(string NodeId, PeerAnswer Answer)> AskAsync(
        ClusterView view, string nodeId, ListKeys request, Deadline deadline, CancellationToken cancellationToken) =>
        (nodeId, nodeId == replicas.SelfId
            ? await own.ListAsync(request, deadline, cancellationToken)
            : await replicas.AskAsync(view, nodeId, request, deadline, cancellationToken));
}
