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

    /// <summary>How long a newcomer whose turn it is may take to begin: whatever keeps it must not keep all others.</summary>
    private static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ulong Epoch, long Since)> _turns = new(StringComparer.Ordinal);
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

    /// <summary>The newcomer that goes first: the lowest id of those that answer and have not let their turn pass; null for any.</summary>
    internal string? FirstInLine(ClusterView view)
    {
        lock (_lock)
        {
            foreach (var record in view.Members.Values.Where(record => record.State == MemberState.New
                && (record.NodeId == table.SelfId || !detector.IsSuspect(record.NodeId))))
            {
                // Any step of the ring since: it had to wait for others.
                if (!_turns.TryGetValue(record.NodeId, out var turn) || turn.Epoch != view.Epoch)
                {
                    _turns[record.NodeId] = turn = (view.Epoch, time.GetTimestamp());
                }

                if (time.GetElapsedTime(turn.Since) < TurnMax)
                {
                    return record.NodeId;
                }
            }

            return null;
        }
    }

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
