using System.Collections.Immutable;

namespace DaprDynamo.Core.Quorum;

/// <summary>
/// Where a write stands: who has it on disk and who failed. Decides, and sends nothing. Immutable.
/// </summary>
public sealed record WriteProgress
{
    private WriteProgress(int replicas, int needed) => (Replicas, Needed) = (replicas, needed);

    /// <summary>How many members were asked to keep the write.</summary>
    public int Replicas { get; }

    /// <summary>How many must have it on disk before the client hears so.</summary>
    public int Needed { get; }

    /// <summary>Who has it on disk, in the order of their answers.</summary>
    public ImmutableArray<string> Acknowledged { get; private init; } = [];

    /// <summary>Who refused or could not be reached. They may still have it: a lost answer looks the same.</summary>
    public ImmutableArray<string> Failed { get; private init; } = [];

    /// <summary>What to do now.</summary>
    public QuorumVerdict Verdict =>
        Acknowledged.Length >= Needed ? QuorumVerdict.Reached
        : Replicas - Failed.Length < Needed ? QuorumVerdict.OutOfReach
        : QuorumVerdict.Waiting;

    /// <summary>Whether everybody who was asked has answered or failed.</summary>
    public bool IsComplete => Acknowledged.Length + Failed.Length >= Replicas;

    /// <summary>A write nobody has answered yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Needed is less than 1, or there is nobody to ask.</exception>
    public static WriteProgress Start(int replicas, int needed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(needed, 1);
        return new(replicas, needed);
    }

    /// <summary>The progress after a member said that the write is on its disk. A second answer changes nothing.</summary>
    public WriteProgress WithAcknowledgement(string nodeId) =>
        Acknowledged.Contains(nodeId) ? this : this with { Acknowledged = Acknowledged.Add(nodeId), Failed = Failed.Remove(nodeId) };

    /// <summary>The progress after a member failed. A failure after an answer changes nothing.</summary>
    public WriteProgress WithFailure(string nodeId) =>
        Acknowledged.Contains(nodeId) || Failed.Contains(nodeId) ? this : this with { Failed = Failed.Add(nodeId) };
}
