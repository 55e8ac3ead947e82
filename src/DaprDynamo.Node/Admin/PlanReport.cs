using DaprDynamo.Cluster.Membership;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Admin;

/// <summary>Which change of the ring somebody wants to see beforehand: one of them.</summary>
/// <param name="Join">The id of a node that might join.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Leave">The member that might leave.</param>
/// <param name="Remove">The dead member that might be removed.</param>
/// <param name="Replace">The dead member that might be replaced.</param>
/// <param name="By">The node that might take its place.</param>
/// <param name="Rebalance">Whether the members might make their loads even.</param>
internal sealed record PlanRequest(string? Join, string? Zone, string? Leave, string? Remove, string? Replace, string? By, bool Rebalance);

/// <summary>Shows what a change of the ring would do, worked out by the same functions by which it is done.</summary>
internal sealed class PlanReport(RunningNode running)
{
    /// <exception cref="ArgumentException">The change makes no sense; the message says why.</exception>
    /// <exception cref="InvalidOperationException">A change is under way; the message says whose.</exception>
    internal async Task<PlanResponse> ReadAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var view = running.Membership.Current;
        if (view.Changing is [var changing, ..])
        {
            throw new InvalidOperationException($"{changing.NodeId} is in the middle of a change of the ring.");
        }

        var steps = new List<MemberRecord>();
        var (before, after, gains) = (view.Ring.From, view.Ring.From, new List<ReplicaGain>());
        var stepping = view;
        foreach (var step in Planned(view, request))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The step before is done by then.
            stepping = stepping.With([.. stepping.Changing.Select(begun => RingPlans.Finish(RingPlans.Switch(begun))), step]);
            steps.Add(step);
            gains.AddRange(stepping.Ring.Moves.Gains);
            after = stepping.Ring.To;
        }

        var store = await running.Store.ReadStatisticsAsync(cancellationToken);
        var (loadsBefore, loadsAfter) = (LoadsOf(before), LoadsOf(after));
        var own = loadsBefore.GetValueOrDefault(running.Membership.SelfId).Replicas;
        return new PlanResponse
        {
            Change = Describe(steps),
            DigestBefore = before.Digest,
            DigestAfter = after.Digest,
            MovedReplicas = gains.Count,
            UnavoidableReplicas = UnavoidableOf(steps, before, after),
            MovedSizeBytes = own == 0 ? 0 : store.SizeBytes / own * gains.Count,
            BalanceBefore = new(before.Balance.Primaries, before.Balance.Replicas),
            BalanceAfter = new(after.Balance.Primaries, after.Balance.Replicas),
            Members =
            [
                .. loadsBefore.Keys.Union(loadsAfter.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(nodeId => new PlannedMemberResponse(
                    nodeId,
                    loadsBefore.GetValueOrDefault(nodeId).Primaries,
                    loadsAfter.GetValueOrDefault(nodeId).Primaries,
                    loadsBefore.GetValueOrDefault(nodeId).Replicas,
                    loadsAfter.GetValueOrDefault(nodeId).Replicas,
                    gains.Count(gain => gain.NodeId == nodeId))),
            ],
            PreferenceListsAfter = [.. Partitions(after).Select(partition => after.PreferenceListOf(partition).Primaries)],
        };
    }

    /// <summary>The records by which the change begins, one after the other: more than one only for a ring that is made even.</summary>
    private static IEnumerable<MemberRecord> Planned(ClusterView view, PlanRequest request)
    {
        var (space, replicas, records) = (view.Settings.Space, view.Settings.Quorum.Replicas, view.Members.Values.ToList());
        return request switch
        {
            { Join: { } nodeId, Leave: null, Remove: null, Replace: null, Rebalance: false } =>
                [RingPlans.Join(space, replicas, records, Newcomer(view, nodeId, request.Zone))],
            { Join: null, Leave: { } nodeId, Remove: null, Replace: null, Rebalance: false } => [RingPlans.Leave(space, replicas, records, Member(view, nodeId))],
            { Join: null, Leave: null, Remove: { } nodeId, Replace: null, Rebalance: false } => [RingPlans.Remove(space, replicas, records, Member(view, nodeId))],
            { Join: null, Leave: null, Remove: null, Replace: { } nodeId, By: { } by, Rebalance: false } =>
                [RingPlans.Replace(records, Newcomer(view, by, request.Zone ?? Member(view, nodeId).Zone), nodeId)],
            { Join: null, Leave: null, Remove: null, Replace: null, Rebalance: true } => RingPlans.RebalanceSteps(space, replicas, records),
            _ => throw new ArgumentException("Ask for one of: join=ID with zone=ZONE, leave=ID, remove=ID, replace=ID with by=ID, rebalance=true."),
        };
    }

    private static MemberRecord Member(ClusterView view, string nodeId) =>
        view.Members.TryGetValue(nodeId, out var member) && member.IsPresent ? member : throw new ArgumentException($"There is no member {nodeId}.");

    private static MemberRecord Newcomer(ClusterView view, string nodeId, string? zone)
    {
        if (!NodeId.IsValid(nodeId))
        {
            throw new ArgumentException($"'{nodeId}' is not 1 to 63 lower-case letters, digits and inner hyphens.");
        }

        var earlier = view.Members.GetValueOrDefault(nodeId);
        return earlier is { IsPresent: true, State: not MemberState.New }
            ? throw new ArgumentException($"{nodeId} is a member already.")
            : new(nodeId, new Uri("http://localhost"), zone ?? earlier?.Zone ?? "default", MemberState.New, (earlier?.Incarnation ?? 0) + 1, Version: 1, []);
    }

    private static double UnavoidableOf(IReadOnlyList<MemberRecord> steps, Placement before, Placement after) => steps switch
    {
        [{ Replaces: { } dead }] => PlacementChange.UnavoidableOfLeave(before, dead),
        [{ State: MemberState.Pending }] => PlacementChange.UnavoidableOfJoin(after),
        [{ State: MemberState.Leaving } leaver] => PlacementChange.UnavoidableOfLeave(before, leaver.NodeId),
        _ => PlacementChange.Between(before, after).MovedReplicas,
    };

    private static string Describe(IReadOnlyList<MemberRecord> steps) => steps switch
    {
        [] => "The ring is even: there is nothing to do.",
        [{ Replaces: { } dead } newcomer] => $"{newcomer.NodeId} takes the place of {dead}.",
        [{ IsRemoved: true } removed] => $"{removed.NodeId} is taken out of the cluster.",
        [{ State: MemberState.Pending } newcomer] => $"{newcomer.NodeId} joins.",
        [{ State: MemberState.Leaving } leaver] => $"{leaver.NodeId} leaves.",
        [var taker] => $"{taker.NodeId} claims more of the ring.",
        _ => DescribeTakers([.. steps.Select(step => step.NodeId)]),
    };

    private static string DescribeTakers(IReadOnlyList<string> takers)
    {
        var members = takers.Distinct(StringComparer.Ordinal).Count();
        return members == takers.Count
            ? $"{members} members claim more of the ring, one after the other, {takers[0]} first."
            : $"{members} members claim more of the ring, one after the other in {takers.Count} steps, {takers[0]} first.";
    }

    private static Dictionary<string, (int Primaries, int Replicas)> LoadsOf(Placement placement)
    {
        var loads = placement.Members.ToDictionary(member => member.NodeId, _ => (Primaries: 0, Replicas: 0), StringComparer.Ordinal);
        foreach (var list in Partitions(placement).Select(partition => placement.PreferenceListOf(partition).Primaries))
        {
            for (var i = 0; i < list.Length; i++)
            {
                var (primaries, replicas) = loads[list[i]];
                loads[list[i]] = (primaries + (i == 0 ? 1 : 0), replicas + 1);
            }
        }

        return loads;
    }

    private static IEnumerable<int> Partitions(Placement placement) => Enumerable.Range(0, placement.Space.Count);
}
