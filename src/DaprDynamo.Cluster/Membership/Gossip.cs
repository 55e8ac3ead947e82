using System.Collections.Immutable;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Membership;

/// <summary>
/// Spreads member records. Every heartbeat carries a digest of what its sender knows; two nodes whose digests differ tell
/// each other their versions, and then only the records in which one is ahead (Dynamo, section 4.8.1). A node without a
/// cluster looks for one first (see <see cref="ClusterSearch"/>).
/// </summary>
internal sealed class Gossip(
    MemberTable table,
    TransferLedger ledger,
    ReplicaSet replicas,
    IReplicaTransport transport,
    PeerStatuses statuses,
    ClusterSearch search,
    Complaints complaints,
    TimeProvider time,
    Random random,
    StorageNodeOptions options,
    ILogger logger)
{
    /// <summary>The most members a cluster may have that have not left.</summary>
    internal const int MembersMax = 256;

    private static readonly TimeSpan SyncTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TransportLookEvery = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _syncedWith = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _waitingSince = time.GetTimestamp();

    /// <summary>Whether the node may serve clients: it belongs to a cluster, has heard what went on while it was away, and others know that it is there.</summary>
    internal bool IsInTouch { get; private set; }

    /// <summary>What the node waits for before it can serve, in a sentence; null when it waits for nothing.</summary>
    internal string? Trouble { get; private set; } = "The node has just started.";

    /// <summary>What needs no other node: one that has no seeds forms its cluster, and the only member of one serves.</summary>
    internal async Task BeginAsync()
    {
        if (table is { Formation: null, Options.Discovery.IsAlone: true })
        {
            await search.FormAsync();
        }

        if (table.Formation is not null)
        {
            JudgeTouch();
        }
    }

    internal async Task RunAsync(CancellationToken stopping)
    {
        await WaitForTheTransportAsync(stopping);
        var rounds = 0;
        while (true)
        {
            if (table.Formation is null)
            {
                Trouble = await search.LookAsync(++rounds, stopping) ?? Trouble;
                if (table.Formation is not null)
                {
                    // However long the node looked for the others, they have just begun to hear of it.
                    _waitingSince = time.GetTimestamp();
                    JudgeTouch();
                }
            }
            else
            {
                await KeepAsync();
                await SyncWithThoseWhoDifferAsync(stopping);
                await ReturnAsync();
                JudgeTouch();
            }

            var jitter = 0.8 + (0.4 * random.NextDouble());
            await table.Changed.WaitAsync(TimeSpan.FromMilliseconds(options.HeartbeatIntervalMs * jitter / 2), stopping);
        }
    }

    /// <summary>This node's part when another wants to compare.</summary>
    internal async Task<PeerAnswer> AnswerAsync(SyncMembers request)
    {
        if (table.Formation is not { } formation)
        {
            return new PeerFailure(PeerFailureKind.Refused, $"{table.SelfId} belongs to no cluster yet.");
        }

        if (request.Formation is { } theirs && theirs != formation)
        {
            complaints.Say($"{request.SenderId} belongs to another cluster of the same name, formed as {theirs}; this one was formed as {formation}. One of them must start with an empty data folder to join the other.");
            return new PeerFailure(PeerFailureKind.Refused, $"This is another cluster of the same name, formed as {formation}, and not {theirs}.");
        }

        if (Overcrowds(request.Records))
        {
            return new PeerFailure(PeerFailureKind.Refused, $"The cluster has {MembersMax} members and takes no more.");
        }

        await MergeAsync(request.Records);
        var view = table.Current;
        var known = request.Versions.ToDictionary(version => version.NodeId, StringComparer.Ordinal);
        ImmutableArray<MemberRecord> ahead =
            [.. view.Members.Values.Where(record => !known.TryGetValue(record.NodeId, out var version) || IsAhead(record, version))];
        ImmutableArray<string> wanted =
            [.. request.Versions.Where(version => !view.Members.TryGetValue(version.NodeId, out var record) || IsBehind(record, version)).Select(version => version.NodeId)];
        if (wanted.IsEmpty && known.TryGetValue(table.SelfId, out var told) && told.Incarnation >= view.Members[table.SelfId].Incarnation)
        {
            Synced(request.SenderId);
        }

        return new MembersSynced(formation, ahead, wanted);
    }

    /// <summary>Nobody is asked, and no patience runs out, before requests can be sent at all.</summary>
    private async Task WaitForTheTransportAsync(CancellationToken stopping)
    {
        while (transport.Trouble is { } trouble)
        {
            Trouble = trouble;
            complaints.Say(trouble);
            await Task.Delay(TransportLookEvery, time, stopping);
        }

        _waitingSince = time.GetTimestamp();
    }

    private async Task KeepAsync()
    {
        try
        {
            await table.KeepAsync();
        }
        catch (StoreException)
        {
            // It was told when it first happened: most likely the disk is full still.
        }
    }

    private async Task SyncWithThoseWhoDifferAsync(CancellationToken stopping)
    {
        var view = table.Current;
        var others = view.Present.Where(nodeId => nodeId != table.SelfId).ToList();
        var differing = others.Where(nodeId => statuses[nodeId] is { } status && status.ViewDigest != view.Digest
            ? !replicas.Detector.IsSuspect(nodeId)
            : !IsInTouch && !HasSyncedWith(nodeId));
        await Task.WhenAll(differing.Select(nodeId => SyncAsync(view, nodeId, stopping)));
        if (!IsInTouch && others.Count > 0 && !others.Exists(HasSyncedWith))
        {
            // All may have moved since: the seeds are where somebody can always be found.
            var discovered = await table.Options.Discovery.LookAsync(stopping);
            await Task.WhenAll(discovered.Seeds.Select(seed => SyncAsync(seed.Name, (request, deadline) => search.AskAsync(seed, request, deadline, stopping))));
        }
    }

    private Task SyncAsync(ClusterView view, string nodeId, CancellationToken stopping) =>
        SyncAsync(nodeId, (request, deadline) => replicas.AskAsync(view, nodeId, request, deadline, stopping));

    private async Task SyncAsync(string nodeId, Func<PeerRequest, Deadline, Task<PeerAnswer>> ask)
    {
        var told = table.Current;
        var answer = await ask(new SyncMembers(table.Formation, VersionsIn(told), []), Deadline.After(SyncTimeout, time));
        if (answer is not MembersSynced theirs)
        {
            if (answer is PeerFailure { Kind: PeerFailureKind.Refused } refusal)
            {
                complaints.Say($"{nodeId} refuses this node. {refusal.Detail}");
            }

            return;
        }

        await MergeAsync(theirs.Records);
        if (theirs.Wanted.IsEmpty)
        {
            Synced(nodeId);
            return;
        }

        // A change that was withdrawn just now is told to nobody: what took its place is, at the next look.
        var isWithdrawn = told.Members.GetValueOrDefault(table.SelfId) is { Phase: not ChangePhase.None } && table.Own is { Phase: ChangePhase.None };
        if (!isWithdrawn)
        {
            // Of the view that was told: a later record of a member may lean on records of others that were not asked for.
            ImmutableArray<MemberRecord> wanted = [.. theirs.Wanted.Where(told.Members.ContainsKey).Select(wantedId => told.Members[wantedId])];
            if (await ask(new SyncMembers(table.Formation, VersionsIn(table.Current), wanted), Deadline.After(SyncTimeout, time)) is MembersSynced)
            {
                Synced(nodeId);
            }
        }
    }

    private static ImmutableArray<MemberVersion> VersionsIn(ClusterView view) =>
        [.. view.Members.Values.Select(record => new MemberVersion(record.NodeId, record.Incarnation, record.Version))];

    private async Task MergeAsync(ImmutableArray<MemberRecord> records)
    {
        if (records.IsEmpty)
        {
            return;
        }

        if (records.Any(LeavesOutAnew))
        {
            // First of all: as soon as the node knows what it is said to keep, it is asked for it.
            await ledger.BeginRefillAnewAsync();
            logger.LogWarning("{NodeId} was silent while others took over what a removed member kept: it copies all that it keeps anew", table.SelfId);
        }

        if (IsForestalledBy(table.Current, records))
        {
            logger.LogInformation("{NodeId} withdraws its change of the ring: nobody had heard of it, and another has begun meanwhile", table.SelfId);
            await table.ChangeAsync(now => IsForestalledBy(now, records) ? [.. records, RingPlans.GiveUp(now.Members[table.SelfId])] : records);
        }
        else
        {
            await table.MergeAsync(records);
        }

        if (records.FirstOrDefault(record => record.NodeId == table.SelfId) is { IsRemoved: true, State: MemberState.Left })
        {
            complaints.Say($"{table.SelfId} was removed from the cluster. Start it with an empty data folder to let it join anew.");
        }
    }

    /// <summary>
    /// Whether others tell of a change while this node is at the beginning of its own. They would not have agreed to another had they
    /// known of this one: the node ended just when it had written it down.
    /// </summary>
    private bool IsForestalledBy(ClusterView view, ImmutableArray<MemberRecord> records) =>
        view.Members.GetValueOrDefault(table.SelfId) is { Phase: ChangePhase.Copying, IsRemoved: false }
        && records.Any(record => record.NodeId != table.SelfId && record is { IsRemoved: false, Phase: not ChangePhase.None }
            && record.HoldsOver(view.Members.GetValueOrDefault(record.NodeId)));

    /// <summary>Whether a record says, and none did before, that this node owns what it has no copy of.</summary>
    private bool LeavesOutAnew(MemberRecord record)
    {
        var known = table.Current.Members.GetValueOrDefault(record.NodeId);
        return record.LeftOut.Contains(table.SelfId) && record.HoldsOver(known)
            && (known is null || known.Incarnation != record.Incarnation || !known.LeftOut.Contains(table.SelfId));
    }

    /// <summary>A node that had left and is started again joins anew, once nobody goes by its old record any more.</summary>
    private async Task ReturnAsync()
    {
        if (table.MayReturn && table.Own is { State: MemberState.Left } left && table.Current.Present.Any(HasSyncedWith)
            && WhoStillNeeds(left) is null)
        {
            await table.ChangeAsync(view => view.Members[table.SelfId].State != MemberState.Left ? [] :
            [
                new MemberRecord(table.SelfId, table.Options.Address, table.Options.Zone, MemberState.New, left.Incarnation + 1, Version: 1, [])
                {
                    RingSteps = left.RingSteps,
                    Replaces = table.Options.Replaces,
                },
            ]);
            table.MayReturn = false;
        }
    }

    /// <summary>A member that goes by what the record of a member that has left says, and could not once it is another; null for none.</summary>
    private string? WhoStillNeeds(MemberRecord left)
    {
        var view = table.Current;
        return RingPlans.HeirWithout([.. view.Members.Values], left)
            ?? left.LeftOut.FirstOrDefault(nodeId => view.Members.GetValueOrDefault(nodeId) is { IsPresent: true } && statuses[nodeId]?.ViewDigest != view.Digest);
    }

    /// <summary>
    /// After a start the node serves when it has compared with more than half of the members, or with all that can be had: a
    /// view from before the start may be from before a change of the ring. A new member waits for all who answer: they refuse the
    /// requests of one that they have not heard of (see <see cref="RequestGate"/>).
    /// </summary>
    private void JudgeTouch()
    {
        var view = table.Current;
        var own = view.Members.GetValueOrDefault(table.SelfId);
        if (own is null or { State: MemberState.Left })
        {
            IsInTouch = false;
            Trouble = table.MayReturn && own is not null && WhoStillNeeds(own) is { } needing
                    ? $"{table.SelfId} joins anew when {needing} has heard what became of its earlier life. Start {needing} again, or remove it, if it is down."
                : own is { IsRemoved: true } && !table.MayReturn
                    ? $"{table.SelfId} was removed from the cluster. Start it with an empty data folder to let it join anew."
                : $"{table.SelfId} has left the cluster.";
            return;
        }

        if (IsInTouch)
        {
            Trouble = null;
            return;
        }

        var synced = view.Present.Where(nodeId => nodeId == table.SelfId || HasSyncedWith(nodeId)).ToList();
        var isKnown = own.State != MemberState.New || view.Present.Except(synced).All(replicas.Detector.IsSuspect);
        IsInTouch = (synced.Count * 2 > view.Present.Length && isKnown) || time.GetElapsedTime(_waitingSince).TotalMilliseconds > options.SyncPatienceMs;
        Trouble = IsInTouch ? null : "The node waits to hear from the other members what has changed.";
    }

    /// <summary>Takes note that a member and this node know what the other knows.</summary>
    private void Synced(string nodeId)
    {
        lock (_lock)
        {
            _syncedWith.Add(nodeId);
        }
    }

    private bool HasSyncedWith(string nodeId)
    {
        lock (_lock)
        {
            return _syncedWith.Contains(nodeId);
        }
    }

    private bool Overcrowds(ImmutableArray<MemberRecord> records)
    {
        var view = table.Current;
        return view.Present.Length >= MembersMax && records.Any(record => record.IsPresent && !view.Members.ContainsKey(record.NodeId));
    }

    private static bool IsAhead(MemberRecord record, MemberVersion version) =>
        record.Incarnation > version.Incarnation || (record.Incarnation == version.Incarnation && record.Version > version.Version);

    private static bool IsBehind(MemberRecord record, MemberVersion version) =>
        record.Incarnation < version.Incarnation || (record.Incarnation == version.Incarnation && record.Version < version.Version);
}
