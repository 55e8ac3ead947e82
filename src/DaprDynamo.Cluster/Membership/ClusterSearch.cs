using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Membership;

/// <summary>How a node that belongs to no cluster finds one: asks those it was told of, and forms one itself when that is its part.</summary>
internal sealed class ClusterSearch(
    MemberTable table,
    TransferLedger ledger,
    IReplicaTransport transport,
    PeerStatuses statuses,
    Complaints complaints,
    TimeProvider time,
    Random random,
    ILogger logger)
{
    private const int RoundsBeforeForming = 3;

    // Seeds that say nothing may know a cluster, above all when it was this node's disk that was lost.
    private static readonly TimeSpan PatienceWithSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2);

    private long? _searchingSince;

    /// <summary>Asks once whether anybody knows the cluster; joins it, or forms one when it is time for that.</summary>
    /// <param name="round">How often it has been asked, this time included.</param>
    /// <param name="stopping">Gives up.</param>
    /// <returns>Why there is no cluster yet, in a sentence; null when there is.</returns>
    internal async Task<string?> LookAsync(int round, CancellationToken stopping)
    {
        var since = _searchingSince ??= time.GetTimestamp();
        var discovered = await table.Options.Discovery.LookAsync(stopping);
        var refusals = new List<string>();
        var someAreSilent = false;
        foreach (var seed in discovered.Seeds)
        {
            var answer = await AskAsync(seed, new SyncMembers(null, [], []), Deadline.After(AskTimeout, time), stopping);
            if (answer is MembersSynced found)
            {
                return await JoinAsync(found);
            }

            refusals.Add(answer is PeerFailure failure ? $"{seed.Name}: {failure.Detail}" : $"{seed.Name} gave no usable answer.");
            someAreSilent |= answer is not (PeerFailure { Kind: PeerFailureKind.Refused } or PeerFailure { IsFromNoNode: true });
        }

        if (discovered.Trouble is { } trouble)
        {
            return Complain(trouble);
        }

        if (round >= RoundsBeforeForming && (!someAreSilent || time.GetElapsedTime(since) >= PatienceWithSilence))
        {
            if (await table.Options.Discovery.ObjectToFormingAsync(someAreSilent, stopping) is not { } objection)
            {
                await FormAsync();
                return null;
            }

            refusals.Add(objection);
        }

        return Complain($"No seed knows the cluster yet. {string.Join(' ', refusals)}");
    }

    /// <summary>Asks a seed.</summary>
    internal Task<PeerAnswer> AskAsync(Seed seed, PeerRequest request, Deadline deadline, CancellationToken stopping) => transport.SendAsync(
        new MemberRecord(seed.Name, seed.Address, "", MemberState.New, 0, 0, []), request with { SenderId = table.SelfId }, deadline, stopping);

    /// <summary>Forms a cluster of one.</summary>
    internal async Task FormAsync()
    {
        var alone = new MemberRecord(table.SelfId, table.Options.Address, table.Options.Zone, MemberState.New, Incarnation: 1, Version: 1, []);
        var settings = table.Options.Settings;
        var formation = $"{table.SelfId}-{random.NextInt64():x16}";
        await table.AdoptAsync(formation, [RingPlans.Form(settings.Space, settings.Quorum.Replicas, alone)]);
        logger.LogInformation("{NodeId} has formed the cluster {Cluster}", table.SelfId, table.Options.Settings.Name);
    }

    private async Task<string?> JoinAsync(MembersSynced found)
    {
        var view = new ClusterView(table.Options.Settings, found.Records);
        var earlier = view.Members.GetValueOrDefault(table.SelfId);
        if (earlier is { IsPresent: true } && earlier.Address != table.Options.Address && statuses[table.SelfId] is null && await AnswersAsync(earlier))
        {
            return Complain($"A member called {table.SelfId} runs at {earlier.Address} already. Two nodes cannot share an id.");
        }

        if (view.Present.Length >= Gossip.MembersMax && earlier is null)
        {
            return Complain($"The cluster has {Gossip.MembersMax} members and takes no more.");
        }

        var self = NewLifeOf(earlier);
        if (self.State is MemberState.Ready or MemberState.Leaving)
        {
            // First of all: the node must never again take for whole what it holds. Nor must others, who may be about to copy it from a
            // member that they take out.
            await ledger.BeginRefillAsync();
        }

        table.MayReturn = self.State == MemberState.Left || self.IsRemoved;
        await table.AdoptAsync(found.Formation, [.. found.Records, self]);
        logger.LogInformation("{NodeId} has found the cluster {Cluster} with {Members} members", table.SelfId, table.Options.Settings.Name, view.Present.Length);
        return null;
    }

    /// <summary>The own record of a node that starts with an empty store: what an earlier life with another disk claimed it still claims, and is to hold again.</summary>
    private MemberRecord NewLifeOf(MemberRecord? earlier)
    {
        var self = new MemberRecord(table.SelfId, table.Options.Address, table.Options.Zone, MemberState.New, (earlier?.Incarnation ?? 0) + 1, Version: 1, [])
        {
            Replaces = table.Options.Replaces,
        };
        return earlier switch
        {
            { State: MemberState.Ready or MemberState.Leaving, IsRemoved: false } =>
                earlier with { Address = table.Options.Address, Incarnation = earlier.Incarnation + 1, Version = 1 },
            { State: MemberState.Pending } => self with { RingSteps = earlier.RingSteps + 1 },
            // The others still go by what it left them, until it stands in their own records.
            { State: MemberState.Left } or { IsRemoved: true } => earlier,
            _ => self with { RingSteps = earlier?.RingSteps ?? 0 },
        };
    }

    private async Task<bool> AnswersAsync(MemberRecord record) =>
        await transport.SendAsync(record, Ping.Instance with { SenderId = table.SelfId }, Deadline.After(AskTimeout, time), CancellationToken.None) is Pong;

    private string Complain(string sentence)
    {
        complaints.Say(sentence);
        return sentence;
    }
}
