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
/// All of it follows from what the records say, so a leader that crashes goes on where it stood.
/// </summary>
internal sealed class RingChanges(
    MemberTable table,
    ReplicaSet replicas,
    Confirmations confirmations,
    ChangePromises promises,
    OwnershipTransfer transfer,
    Gossip gossip,
    HintBox hints,
    TimeProvider time,
    Random random,
    StorageNodeOptions options,
    ILogger logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PrepareTimeout = TimeSpan.FromSeconds(2);

    private volatile bool _leaveWanted;

    /// <summary>What a change that this node leads or wants waits for, in a sentence; null when there is none.</summary>
    internal string? WaitsFor { get; private set; }

    /// <summary>Whether the node has left, and all others know.</summary>
    internal bool HasLeft => table.Current is var view && view.Members.GetValueOrDefault(table.SelfId) is { State: MemberState.Left }
        && confirmations.AreAllSettled(view, view.Epoch);

    internal async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await StepAsync();
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

        if (!isForced && !replicas.Detector.IsSuspect(nodeId))
        {
            return $"{nodeId} answers. Let it leave, or force its removal.";
        }

        var settings = view.Settings;
        try
        {
            return await BeginAsync(view, RingPlans.Remove(settings.Space, settings.Quorum.Replicas, [.. view.Members.Values], dead), isForced);
        }
        catch (ArgumentException impossible)
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
            : await replicas.AskAsync(view, taker.NodeId, BeginRebalance.Instance, Deadline.After(PrepareTimeout + PrepareTimeout, time), CancellationToken.None);
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

        return new ChangePrepared(await BeginAsync(view, own, isForced: false));
    }

    private static MemberRecord? Rebalanced(ClusterView view) =>
        RingPlans.Rebalance(view.Settings.Space, view.Settings.Quorum.Replicas, [.. view.Members.Values]);

    /// <summary>One look at where things stand, and the step that follows from it.</summary>
    private async Task StepAsync()
    {
        WaitsFor = table.Own is { State: MemberState.Left } ? confirmations.WaitsFor(table.Current, table.Current.Epoch) : null;
        if (!gossip.IsInTouch || table.Own is not { } own)
        {
            return;
        }

        var view = table.Current;
        if (view.Changing.FirstOrDefault(IsToLead) is { } led)
        {
            await LeadAsync(view, led);
        }
        else if (own.State == MemberState.New)
        {
            await JoinAsync(view, own);
        }
        else if (_leaveWanted && own is { State: MemberState.Ready, Phase: ChangePhase.None })
        {
            var (space, replicaCount) = (view.Settings.Space, view.Settings.Quorum.Replicas);
            WaitsFor = view.Ring.From.Members.Length < 2
                ? "The last member cannot leave: nobody is left to take over."
                : await BeginAsync(view, RingPlans.Leave(space, replicaCount, [.. view.Members.Values], own), isForced: false);
        }
        else
        {
            await table.ChangeAsync(now => RingPlans.TakeInheritance([.. now.Members.Values], now.Members[table.SelfId]) is { } heir ? [heir] : []);
        }
    }

    /// <summary>A member leads what its own record says; what a removed member's says, the first of those that answer.</summary>
    private bool IsToLead(MemberRecord record) => record.IsRemoved
        ? table.Current.Members.Values.First(member => member.NodeId == table.SelfId
            || (member is { IsRemoved: false, State: MemberState.Ready } && !replicas.Detector.IsSuspect(member.NodeId))).NodeId == table.SelfId
        : record.NodeId == table.SelfId;

    private async Task JoinAsync(ClusterView view, MemberRecord own)
    {
        if (view.Changing is [var changing, ..])
        {
            WaitsFor = $"{changing.NodeId} is in the middle of a change of the ring.";
            return;
        }

        if (promises.FirstInLine(view) is { } first && first != table.SelfId)
        {
            WaitsFor = $"{first} joins first.";
            return;
        }

        try
        {
            var (settings, records) = (view.Settings, view.Members.Values.ToList());
            WaitsFor = await BeginAsync(
                view,
                table.Options.Replaces is { } deadId && view.Members.TryGetValue(deadId, out var dead) && dead.IsPresent
                    ? RingPlans.Replace(records, own, deadId)
                    : RingPlans.Join(settings.Space, settings.Quorum.Replicas, records, own),
                isForced: false);
        }
        catch (ArgumentException impossible)
        {
            WaitsFor = impossible.Message;
        }
    }

    /// <summary>Asks everybody, and begins when all agree.</summary>
    private async Task<string?> BeginAsync(ClusterView view, MemberRecord proposed, bool isForced)
    {
        var started = time.GetTimestamp();
        var planned = view.With([proposed]);
        if (OwnershipTransfer.Gainers(planned).FirstOrDefault(confirmations.IsDown) is { } downId)
        {
            // It would be given up at once, and begun again, and no other change would ever get its turn.
            return $"{downId}, which would take over, does not answer. Start it again, or remove it first.";
        }

        var request = new PrepareChange(proposed, planned.Ring.To.Digest, isForced) { SenderId = table.SelfId, Epoch = view.Epoch };
        var judges = Confirmations.Judges(planned).ToList();
        if (promises.Answer(request).Objection is { } own)
        {
            return own;
        }

        var asked = judges.Where(nodeId => nodeId != table.SelfId && !confirmations.IsDown(nodeId)).ToList();
        var answers = await Task.WhenAll(asked.Select(nodeId => replicas.AskAsync(view, nodeId, request, Deadline.After(PrepareTimeout, time), CancellationToken.None)));
        if (ObjectionIn(asked, answers, judges.Count, isForced, started) is { } objection)
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
                "{Member} begins to {Change}: {Moves} replicas of partitions move", proposed.NodeId, Describe(proposed), MovesOf(table.Current));
        }

        return begun ? null : "The ring has changed meanwhile.";
    }

    private string? ObjectionIn(List<string> asked, PeerAnswer[] answers, int judges, bool isForced, long started)
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

        return !isForced && (asked.Count + 1) * 2 <= judges ? "More than half of the members are silent."
            : time.GetElapsedTime(started) > ChangePromises.Duration / 2 ? "The members took too long to agree."
            : null;
    }

    private async Task LeadAsync(ClusterView view, MemberRecord led)
    {
        await AskLaggardsAsync(view);
        WaitsFor = led.Phase == ChangePhase.Copying ? WhatCopyingWaitsFor(view) : await WhatSwitchingWaitsForAsync(view, led);
        var gainerIsDown = led.Phase == ChangePhase.Copying && OwnershipTransfer.Gainers(view).Any(confirmations.IsDown);
        if (WaitsFor is not null && !gainerIsDown)
        {
            return;
        }

        // Whoever is to take over may be away for ever: another plan is needed then, without it or after its removal.
        var next = gainerIsDown ? RingPlans.GiveUp(led) : led.Phase == ChangePhase.Copying ? RingPlans.Switch(led) : RingPlans.Finish(led);
        ImmutableArray<MemberRecord> together = [next];
        if (next.Phase == ChangePhase.None && next.Replaces is { } deadId && view.Members.TryGetValue(deadId, out var dead)
            && dead.IsPresent && dead.Incarnation <= next.ReplacesIncarnation)
        {
            // The dead member learns from its own record, should it ever come back, that its place is taken.
            together = [next, dead.NextStep() with { State = MemberState.Left, IsRemoved = true, Incarnation = dead.Incarnation + 1, Version = 1, Tokens = [], NextTokens = [], Phase = ChangePhase.None }];
        }

        if (await table.ChangeAsync(now => now.Members[led.NodeId] == led ? together : []))
        {
            logger.LogInformation(
                "{Member}: {Step}",
                led.NodeId,
                gainerIsDown ? "the change is given up, as a member that was to take over is down"
                : next.Phase == ChangePhase.Switched ? "reads go to the new owners"
                : $"done, the member is {next.State}");
        }
    }

    /// <summary>Hears from those whose word is missing sooner than the next heartbeat.</summary>
    private Task<PeerAnswer[]> AskLaggardsAsync(ClusterView view)
    {
        var gainers = OwnershipTransfer.Gainers(view);
        return Task.WhenAll(Confirmations.Judges(view)
            .Where(nodeId => nodeId != table.SelfId && !replicas.Detector.IsSuspect(nodeId)
                && (!confirmations.HasSettled(nodeId, view.Epoch) || (gainers.Contains(nodeId) && !confirmations.HasCopied(nodeId, view.Epoch))))
            .Select(nodeId => replicas.PingAsync(view, nodeId, CancellationToken.None)));
    }

    private string? WhatCopyingWaitsFor(ClusterView view)
    {
        if (confirmations.WaitsFor(view, view.Epoch) is { } missing)
        {
            return missing;
        }

        foreach (var nodeId in OwnershipTransfer.Gainers(view))
        {
            if (nodeId == table.SelfId ? transfer.CopiedEpoch != view.Epoch : !confirmations.HasCopied(nodeId, view.Epoch))
            {
                return $"{nodeId} has not copied all its partitions yet.";
            }
        }

        return null;
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

    private TimeSpan Wait() => WaitsFor is null || table.Current.Ring.IsChanging
        ? LookEvery
        : TimeSpan.FromMilliseconds(random.Next(1, options.ChangeRetryMsMax + 1));

    private static int MovesOf(ClusterView view) => Core.Ring.PlacementChange.Between(view.Ring.From, view.Ring.To).MovedReplicas;

    private static string Describe(MemberRecord record) => record switch
    {
        { IsRemoved: true } => "be taken out",
        { State: MemberState.Pending, Replaces: { } dead } => $"take the place of {dead}",
        { State: MemberState.Pending } => "join",
        { State: MemberState.Leaving } => "leave",
        _ => "claim more of the ring",
    };
}
