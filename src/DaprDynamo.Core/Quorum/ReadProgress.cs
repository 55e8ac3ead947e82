using System.Collections.Immutable;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Core.Quorum;

/// <summary>What one replica holds.</summary>
/// <param name="NodeId">The replica.</param>
/// <param name="Versions">What it holds; empty when it knows nothing of the key.</param>
public readonly record struct ReplicaVersions(string NodeId, DottedVersionVectorSet Versions);

/// <summary>
/// Where a read stands: who has answered what, what the answers amount to, and who lags behind. Decides, and sends
/// nothing. Immutable.
/// </summary>
public sealed record ReadProgress
{
    private ReadProgress(int replicas, int needed) => (Replicas, Needed) = (replicas, needed);

    /// <summary>How many members could be asked.</summary>
    public int Replicas { get; }

    /// <summary>How many must answer before the client gets one.</summary>
    public int Needed { get; }

    /// <summary>The answers, in the order they came.</summary>
    public ImmutableArray<ReplicaVersions> Answers { get; private init; } = [];

    /// <summary>Who refused or could not be reached.</summary>
    public ImmutableArray<string> Failed { get; private init; } = [];

    /// <summary>All answers merged: what the client gets.</summary>
    public DottedVersionVectorSet Merged { get; private init; } = DottedVersionVectorSet.Empty;

    /// <summary>What to do now.</summary>
    public QuorumVerdict Verdict =>
        Answers.Length >= Needed ? QuorumVerdict.Reached
        : Replicas - Failed.Length < Needed ? QuorumVerdict.OutOfReach
        : QuorumVerdict.Waiting;

    /// <summary>How many more answers it takes.</summary>
    public int Missing => Math.Max(0, Needed - Answers.Length);

    /// <summary>The replicas that answered with less than the merged record, and so are to be repaired with it.</summary>
    public IEnumerable<string> Stale => Answers.Where(answer => !answer.Versions.Equals(Merged)).Select(answer => answer.NodeId);

    /// <summary>A read nobody has answered yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Needed is less than 1, or there is nobody to ask.</exception>
    public static ReadProgress Start(int replicas, int needed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(needed, 1);
        return new(replicas, needed);
    }

    /// <summary>The progress after a replica answered. A second answer of one replica changes nothing.</summary>
    public ReadProgress WithAnswer(string nodeId, DottedVersionVectorSet versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        if (Answers.Any(answer => answer.NodeId == nodeId))
        {
            return this;
        }

        return this with
        {
            Answers = Answers.Add(new ReplicaVersions(nodeId, versions)),
            Failed = Failed.Remove(nodeId),
            Merged = Merged.Merge(versions),
        };
    }

    /// <summary>The progress after a replica failed. A failure after an answer changes nothing.</summary>
    public ReadProgress WithFailure(string nodeId) =>
        Failed.Contains(nodeId) || Answers.Any(answer => answer.NodeId == nodeId) ? this : this with { Failed = Failed.Add(nodeId) };
}
