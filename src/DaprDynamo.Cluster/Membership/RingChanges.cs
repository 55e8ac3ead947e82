using System.Collections.Immutable;
using DaprDynamo.Cluster.Handoff;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Replication;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Membership;

/// <summary>
/// Leads the node's own changes of the ring: joining, leaving, claiming more; and together with the others the removal of a
/// dead member. Each goes the same way:
/// <list type="number">
/// <item>The plan is worked out, and every member that answers must predict the same ring and promise to agree to no other
/// change for a while (see <see cref="ChangePromises"/>).</item>
/// <item>The leader's record says <see cref="ChangePhase.Copying"/>. When no request goes by an older view any more, the new
/// owners copy what the old ones hold, while writes go to both.</item>
/// <item>When all is copied the record says <see cref="ChangePhase.Switched"/>: reads go to the new owners.</item>
/// <item>When nobody reads from the old owners any more the change is done, and those let go of what they no longer keep
/// (see <see cref="StrayRecords"/>).</item>
/// </list>
/// All of it follows from what the records say, so a leader that crashes goes on where it stood. A change whose new owners
/// are down is given up; only the removal of a dead member goes on without them, as several may be dead: they are named in the
/// removed member's record, and must copy all they hold anew, should they ever come back (see <see cref="MemberRecord.LeftOut"/>).
/// </summary>
internal sealed class RingChanges(
    MemberTable table,
    ReplicaSet replicas,
    Confirmations confirmations,
    ChangePromises promises,
    ChangeProposals proposals,
    OwnershipTransfer transfer,
    Gossip gossip,
    HintBox hints,
    TimeProvider time,
    Random random,
    StorageNodeOptions options,
    ILogger logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private volatile bool _leaveWanted;
    private string? _waitsFor;

    /// <summary>What a change that this node leads or wants waits for, in a sentence; null when there is none.</summary>
    internal string? WaitsFor
    {
        get => _waitsFor;
        private set
        {
            if (value is not null && value != _waitsFor)
            {
                logger.LogInformation("{NodeId} waits to change the ring: {WaitsFor}", table.SelfId, value);
            }

            _waitsFor = value;
        }
    }

    /// <summary>Whether the node has left, and all others know.</summary>
    internal bool HasLeft => table.Current is var view && view.Members.GetValueOrDefault(table.SelfId) is { State: MemberState.Left }
        && WhatHavingLeftWaitsFor(view) is null;

    internal async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                WaitsFor = await StepAsync();
            }
            catch (StoreException failure)
            {
                logger.LogWarning(failure, "A step of a change of the ring could not be written down; it is tried again");
            }

            await table.Changed.WaitAsync(Wait(), stopping);
        }
    }

    /// <summary>Leaves the cluster as soon as it may.</summary>
    internal void Leave()
    {
        _leaveWanted = true;
        table.Changed.Raise();
    }

    /// <summary>Begins to take a dead member out.</summary>
    /// <param name="nodeId">The member.</param>
    /// <param name="isForced">Whether to go ahead although it answers, or most members are silent.</param>
    /// <returns>Why it cannot be done, in a sentence; null when it has begun.</returns>
    internal async Task<string?> RemoveAsync(string nodeId, bool isForced)
    {
        var view = table.Current;
        if (!view.Members.TryGetValue(nodeId, out var dead) || !dead.IsPresent)
        {
            return $"There is no member {nodeId}.";
        }

        if (nodeId == table.SelfId)
        {
            return $"{nodeId} runs. Let it leave.";
        }

        if (dead is { IsRemoved: true, Phase: not ChangePhase.None })
        {
            // Of two that force it at once either does: the record is the same.
            return !isForced || dead.IsForced || !await table.ChangeAsync(now => now.Members[nodeId] == dead ? [dead.Next() with { IsForced = true }] : [])
                ? $"{nodeId} is being taken out already. {WaitsFor}".TrimEnd()
                : null;
        }

        if (!isForced && !replicas.Detector.IsSuspect(nodeId))
        {
            return $"{nodeId} answers. Let it leave, or force its removal.";
        }

        var settings = view.Settings;
        try
        {
            var removed = RingPlans.Remove(settings.Space, settings.Quorum.Replicas, [.. view.Members.Values], dead);
            return await proposals.BeginAsync(view, removed with { IsForced = isForced }, isForced);
        }
        catch (InvalidOperationException impossible)
        {
            return impossible.Message;
        }
    }

    /// <summary>Has the member that should claim more begin to do so.</summary>
    /// <returns>Who has begun, or why nobody has, in a sentence; neither when the ring is even.</returns>
    internal async Task<(string? NodeId, string? Objection)> RebalanceAsync()
    {
        var view = table.Current;
        if (view.Changing is [var changing, ..])
        {
            return (null, $"{changing.NodeId} is in the middle of a change of the ring.");
        }

        if (Rebalanced(view) is not { } taker)
        {
            return (null, null);
        }

        var answer = taker.NodeId == table.SelfId
            ? await BeginRebalanceAsync()
            : await replicas.AskAsync(view, taker.NodeId, BeginRebalance.Instance, Deadline.After(2 * ChangeProposals.PrepareTimeout, time), CancellationToken.None);
        return answer switch
        {
            ChangePrepared { Objection: null } => (taker.NodeId, null),
            ChangePrepared refused => (null, refused.Objection),
            PeerFailure failure => (null, $"{taker.NodeId} did not begin: {failure.Detail}"),
            _ => (null, $"{taker.NodeId} gave no usable answer."),
        };
    }

    /// <summary>Begins to claim what makes the ring more even, if that is this node's part.</summary>
    internal async Task<PeerAnswer> BeginRebalanceAsync()
    {
        var view = table.Current;
        if (view.Ring.IsChanging || Rebalanced(view) is not { } own || own.NodeId != table.SelfId)
        {
            return new ChangePrepared($"{table.SelfId} sees another ring.");
        }

        return new ChangePrepared(await proposals.BeginAsync(view, own, isForced: false));
    }

    private static MemberRecord? Rebalanced(ClusterView view) =>
        RingPlans.Rebalance(view.Settings.Space, view.Settings.Quorum.Replicas, [.. view.Members.Values]);

    /// <summary>One look at where things stand, and the step that follows from it.</summary>
    /// <returns>What it waits for, in a sentence; null when it waits for nothing.</returns>
    private async Task<string?> StepAsync()
    {
        if (!gossip.IsInTouch || table.Own is not { } own)
        {
            return table.Own is { State: MemberState.Left } ? WhatHavingLeftWaitsFor(table.Current) : null;
        }

        var view = table.Current;
        if (view.Changing.FirstOrDefault(IsToLead) is { } led)
        {
            return await LeadAsync(view, led);
        }

        if (own.State == MemberState.New)
        {
            return await JoinAsync(view, own);
        }

        if (_leaveWanted && own is { State: MemberState.Ready, Phase: ChangePhase.None })
        {
            var (space, replicaCount) = (view.Settings.Space, view.Settings.Quorum.Replicas);
            return view.Ring.From.Members.Length < 2
                ? "The last member cannot leave: nobody is left to take over."
                : await proposals.BeginAsync(view, RingPlans.Leave(space, replicaCount, [.. view.Members.Values], own), isForced: false);
        }

        await table.ChangeAsync(now => RingPlans.TakeInheritance([.. now.Members.Values], now.Members[table.SelfId]) is { } heir ? [heir] : []);
        return null;
    }

    /// <summary>Those who stay must know without this node that it has left, and one at least after a crash too: it is not there to be asked again.</summary>
    private string? WhatHavingLeftWaitsFor(ClusterView view) => confirmations.WaitsFor(view, view.Epoch)
        ?? (confirmations.IsKeptByOthers(view) ? null : "No other member has written down yet that it has left.");

    /// <summary>A member leads what its own record says; what a removed member's says, the first of those that answer.</summary>
    private bool IsToLead(MemberRecord record) => record.IsRemoved
        ? table.Current.Members.Values.First(member => member.NodeId == table.SelfId
            || (member is { IsRemoved: false, State: MemberState.Ready } && !replicas.Detector.IsSuspect(member.NodeId))).NodeId == table.SelfId
        : record.NodeId == table.SelfId;

    private async Task<string?> JoinAsync(ClusterView view, MemberRecord own)
    {
        if (view.Changing is [var changing, ..])
        {
            return $"{changing.NodeId} is in the middle of a change of the ring.";
        }

        if (promises.FirstInLine(view) is { } first && first != table.SelfId)
        {
            return $"{first} joins first.";
        }

        MemberRecord? dead = null;
        if (table.Options.Replaces is { } deadId && !view.Members.TryGetValue(deadId, out dead))
        {
            return $"The cluster has never had a member {deadId}, whose place {table.SelfId} is to take.";
        }

        try
        {
            var (settings, records) = (view.Settings, view.Members.Values.ToList());
            // Whose place is taken already, be it by this node in an earlier life, needs nobody any more.
            return await proposals.BeginAsync(
                view,
                dead is { IsPresent: true }
                    ? RingPlans.Replace(records, own, dead.NodeId)
                    : RingPlans.Join(settings.Space, settings.Quorum.Replicas, records, own),
                isForced: false);
        }
        catch (InvalidOperationException impossible)
        {
            return impossible.Message;
        }
    }

    private async Task<string?> LeadAsync(ClusterView view, MemberRecord led)
    {
        await AskLaggardsAsync(view);
        ImmutableArray<string> down = led.Phase == ChangePhase.Copying ? [.. view.Ring.Moves.Gainers.Where(confirmations.IsDown)] : [];
        var waitsFor = led.Phase == ChangePhase.Copying ? WhatCopyingWaitsFor(view, led, down) : await WhatSwitchingWaitsForAsync(view, led);
        // Whoever is to take over, or all there is to copy from, may be away for ever: another plan is needed then, without them or after
        // their removal. A removal is that plan itself, and several may lead it, who must not come to different ends.
        var isHopeless = !led.IsRemoved && led.Phase == ChangePhase.Copying && (!down.IsEmpty || confirmations.KeepersOutOfReach(view) is not null || confirmations.IsNobodyLeftToStay(view));
        if (waitsFor is not null && !isHopeless)
        {
            return waitsFor;
        }

        var next = isHopeless ? RingPlans.GiveUp(led) : led.Phase == ChangePhase.Copying ? RingPlans.Switch(led) with { LeftOut = down } : RingPlans.Finish(led);
        ImmutableArray<MemberRecord> together = [next];
        if (next.Phase == ChangePhase.None && next.Replaces is { } deadId && view.Members.TryGetValue(deadId, out var dead)
            && dead.IsPresent && dead.Incarnation <= next.ReplacesIncarnation)
        {
            // The dead member learns from its own record, should it ever come back, that its place is taken. The ring is without it already.
            together = [next, dead.Next() with { State = MemberState.Left, IsRemoved = true, Incarnation = dead.Incarnation + 1, Version = 1, Tokens = [], NextTokens = [], Phase = ChangePhase.None }];
        }

        if (await table.ChangeAsync(now => now.Members[led.NodeId] == led ? together : []))
        {
            logger.LogInformation(
                "{Member}: {Step}",
                led.NodeId,
                isHopeless ? "the change is given up, as a member that was to take over is down, or all are from whom it was to copy, or who were to stay"
                : next.Phase == ChangePhase.Switched && !down.IsEmpty ? $"reads go to the new owners; {string.Join(", ", down)} must copy anew what they keep, should they come back"
                : next.Phase == ChangePhase.Switched ? "reads go to the new owners"
                : $"done, the member is {next.State}");
        }

        return null;
    }

    /// <summary>Hears from those whose word is missing sooner than the next heartbeat.</summary>
    private Task<PeerAnswer[]> AskLaggardsAsync(ClusterView view)
    {
        var gainers = view.Ring.Moves.Gainers;
        return Task.WhenAll(Confirmations.Judges(view)
            .Where(nodeId => nodeId != table.SelfId && !replicas.Detector.IsSuspect(nodeId)
                && (!confirmations.HasSettled(nodeId, view.Epoch) || (gainers.Contains(nodeId) && !confirmations.HasCopied(nodeId, view.Epoch))))
            .Select(nodeId => replicas.PingAsync(view, nodeId, CancellationToken.None)));
    }

    private string? WhatCopyingWaitsFor(ClusterView view, MemberRecord led, ImmutableArray<string> down)
    {
        if (confirmations.WaitsFor(view, view.Epoch) is { } missing)
        {
            return missing;
        }

        if (!led.IsForced && !confirmations.IsKeptByHalf(view))
        {
            return "More than half of the members could not write the change down. Their disks may be full.";
        }

        if (!led.IsForced && confirmations.KeepersOutOfReach(view) is { } silent)
        {
            return $"Nobody answers who keeps some of the partitions that move: {silent}. Start one of them again, or force the removal if they are lost.";
        }

        foreach (var nodeId in view.Ring.Moves.Gainers.Except(down))
        {
            if (nodeId == table.SelfId ? transfer.CopiedEpoch != view.Epoch : !confirmations.HasCopied(nodeId, view.Epoch))
            {
                return $"{nodeId} has not copied all its partitions yet.";
            }
        }

        return led.NodeId == table.SelfId && transfer.CopiedEpoch != view.Epoch ? "Records that others lack are still to be handed over." : null;
    }

    private async Task<string?> WhatSwitchingWaitsForAsync(ClusterView view, MemberRecord led)
    {
        if (confirmations.WaitsFor(view, view.Epoch) is { } missing)
        {
            return missing;
        }

        return led.NodeId == table.SelfId && led.State == MemberState.Leaving && (await hints.CountAsync()).Count > 0
            ? "Records kept for other members are still to be handed over."
            : null;
    }

    // Those who wait for another's change to end do not come back all at once.
    private TimeSpan Wait() => WaitsFor is null || table.Current.Changing.Any(IsToLead)
        ? LookEvery
        : TimeSpan.FromMilliseconds(random.Next(1, options.ChangeRetryMsMax + 1));
}
