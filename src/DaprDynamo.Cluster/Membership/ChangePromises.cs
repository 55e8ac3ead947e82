using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Membership;

/// <summary>
/// The node's word on changes of the ring: one at a time. Who wants to begin one asks all members, each of which promises
/// not to agree to another for a while, and only if it predicts the same ring from the same records.
/// </summary>
internal sealed class ChangePromises(MemberTable table, FailureDetector detector, TimeProvider time)
{
    /// <summary>How long a promise holds.</summary>
    internal static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private string? _promisedTo;
    private long _promisedAt;
    private ulong _promisedAtEpoch;

    internal ChangePrepared Answer(PrepareChange request) => new(ObjectionTo(request) ?? Promise(request.SenderId));

    /// <summary>Forgets what was promised to a member that could not get everybody's word.</summary>
    internal ChangePrepared Withdraw(string leaderId)
    {
        lock (_lock)
        {
            _promisedTo = _promisedTo == leaderId ? null : _promisedTo;
        }

        return new ChangePrepared(null);
    }

    /// <summary>Why a change must not begin, in a sentence; null when nothing speaks against it.</summary>
    private string? ObjectionTo(PrepareChange request)
    {
        var view = table.Current;
        var proposed = request.Proposed;
        if (view.Changing.FirstOrDefault(record => record.NodeId != proposed.NodeId) is { } other)
        {
            return $"{other.NodeId} is in the middle of a change of the ring.";
        }

        if (request.Epoch != view.Epoch)
        {
            return $"{table.SelfId} sees another ring.";
        }

        if (proposed.State == MemberState.Pending && FirstInLine(view) is { } first && first != proposed.NodeId)
        {
            return $"{first} joins first.";
        }

        if (proposed.IsRemoved && !request.IsForced && proposed.NodeId != table.SelfId && !detector.IsSuspect(proposed.NodeId))
        {
            return $"{proposed.NodeId} answers {table.SelfId}. Let it leave, or force its removal.";
        }

        // The record says for ever whose place a member took; only while it joins is that still to come.
        if (proposed is { State: MemberState.Pending, Replaces: { } dead } && (dead == table.SelfId || !detector.IsSuspect(dead)))
        {
            return $"{dead}, which is to be replaced, answers {table.SelfId}.";
        }

        var predicted = view.With([proposed]).Ring.To.Digest;
        return predicted == request.PredictedDigest ? null : $"{table.SelfId} predicts another ring.";
    }

    /// <summary>The newcomer that goes first: the lowest id of those that answer and may join.</summary>
    internal string? FirstInLine(ClusterView view) => view.Members.Values
        .Where(record => record.State == MemberState.New && (record.NodeId == table.SelfId || !detector.IsSuspect(record.NodeId)) && !IsKeptOut(view, record))
        .Select(record => record.NodeId).FirstOrDefault();

    /// <summary>Whether only an operator can let a newcomer join: whose place it is to take lives, or never had one. Others go before it.</summary>
    private bool IsKeptOut(ClusterView view, MemberRecord newcomer) => newcomer.Replaces is { } replacedId
        && (!view.Members.TryGetValue(replacedId, out var replaced)
            || replaced.State is MemberState.New or MemberState.Pending
            || (replaced.IsPresent && (replacedId == table.SelfId || !detector.IsSuspect(replacedId))));

    private string? Promise(string leaderId)
    {
        lock (_lock)
        {
            // A step of the ring since then was the promised change itself, or has made it impossible.
            var epoch = table.Current.Epoch;
            if (_promisedTo is not null && _promisedTo != leaderId && _promisedAtEpoch == epoch && time.GetElapsedTime(_promisedAt) < Duration)
            {
                return $"{table.SelfId} has promised {_promisedTo} to wait.";
            }

            (_promisedTo, _promisedAt, _promisedAtEpoch) = (leaderId, time.GetTimestamp(), epoch);
            return null;
        }
    }
}
