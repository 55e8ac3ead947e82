using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Core.Membership;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Membership;

/// <summary>
/// How a change of the ring begins: every member that answers must predict the same ring from it, and promise to agree to no
/// other for a while (see <see cref="ChangePromises"/>). What could not end is not begun.
/// </summary>
internal sealed class ChangeProposals(
    MemberTable table, ReplicaSet replicas, Confirmations confirmations, ChangePromises promises, TimeProvider time, ILogger logger)
{
    /// <summary>How long a member may take to agree.</summary>
    internal static readonly TimeSpan PrepareTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Asks everybody, and begins when all agree.</summary>
    /// <param name="view">The cluster without the change.</param>
    /// <param name="proposed">The record by which it begins.</param>
    /// <param name="isForced">Whether to go ahead although most members are silent, or the one that is taken out answers.</param>
    /// <returns>Why it has not begun, in a sentence; null when it has.</returns>
    internal async Task<string?> BeginAsync(ClusterView view, MemberRecord proposed, bool isForced)
    {
        var started = time.GetTimestamp();
        var planned = view.With([proposed]);
        if (!proposed.IsRemoved && planned.Ring.Moves.Gainers.FirstOrDefault(confirmations.IsDown) is { } downId)
        {
            // It would be given up at once, and begun again, and no other change would ever get its turn.
            return $"{downId}, which would take over, does not answer. Start it again, or remove it first.";
        }

        if (!isForced && confirmations.KeepersOutOfReach(planned) is { } silent)
        {
            return $"Of some partitions that move, nobody answers who keeps them: {silent}. Start one of them again, or remove them by force if they are lost.";
        }

        var request = new PrepareChange(proposed, planned.Ring.To.Digest, isForced) { SenderId = table.SelfId, Epoch = view.Epoch };
        var judges = Confirmations.Judges(planned).ToList();
        if (promises.Answer(request).Objection is { } own)
        {
            return own;
        }

        var asked = judges.Where(nodeId => nodeId != table.SelfId && !confirmations.IsDown(nodeId)).ToList();
        var answers = await Task.WhenAll(asked.Select(nodeId => replicas.AskAsync(view, nodeId, request, Deadline.After(PrepareTimeout, time), CancellationToken.None)));
        if (ObjectionIn(planned, judges, asked, answers, isForced, started) is { } objection)
        {
            // Two that want to begin at once would hold each other up until their promises are over.
            promises.Withdraw(table.SelfId);
            await Task.WhenAll(asked.Select(nodeId =>
                replicas.AskAsync(view, nodeId, WithdrawChange.Instance, Deadline.After(PrepareTimeout, time), CancellationToken.None)));
            return objection;
        }

        var begun = await table.ChangeAsync(now =>
            isForced || (now.Epoch == view.Epoch && now.Changing.All(record => record.NodeId == proposed.NodeId)) ? [proposed] : []);
        if (begun)
        {
            logger.LogInformation(
                "{Member} begins to {Change}: {Moves} replicas of partitions move", proposed.NodeId, Describe(proposed), table.Current.Ring.Moves.MovedReplicas);
        }

        return begun ? null : "The ring has changed meanwhile.";
    }

    private string? ObjectionIn(ClusterView planned, List<string> judges, List<string> asked, PeerAnswer[] answers, bool isForced, long started)
    {
        foreach (var (nodeId, answer) in asked.Zip(answers))
        {
            if (answer is ChangePrepared { Objection: { } objection })
            {
                return objection;
            }

            if (answer is not ChangePrepared && !isForced)
            {
                return $"{nodeId} does not answer, and has not been silent for long enough to be left out.";
            }
        }

        var counted = judges.Where(nodeId => Confirmations.CountsForMajority(planned, nodeId)).ToList();
        return !isForced && counted.Count > 0 && counted.Count(nodeId => nodeId == table.SelfId || asked.Contains(nodeId)) * 2 <= counted.Count ? "More than half of the members are silent."
            : time.GetElapsedTime(started) > ChangePromises.Duration / 2 ? "The members took too long to agree."
            : null;
    }

    private static string Describe(MemberRecord record) => record switch
    {
        { IsRemoved: true } => "be taken out",
        { State: MemberState.Pending, Replaces: { } dead } => $"take the place of {dead}",
        { State: MemberState.Pending } => "join",
        { State: MemberState.Leaving } => "leave",
        _ => "claim more of the ring",
    };
}
