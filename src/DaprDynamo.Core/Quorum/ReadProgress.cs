using System.Collections.Immutable;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Core.Quorum;

/// <summary>What one member holds.</summary>
/// <param name="NodeId">The member.</param>
/// <param name="Versions">What it holds; empty when it knows nothing of the key.</param>
/// <param name="IsReplica">False for a member that stands in for a replica.</param>
public readonly record struct MemberVersions(string NodeId, DottedVersionVectorSet Versions, bool IsReplica);

/// <summary>
/// Where a read stands: who has answered what, what the answers amount to, and who lags behind. Decides, and sends
/// nothing. Immutable.
/// </summary>
public sealed record ReadProgress
{
    private ReadProgress(int candidates, int needed) => (Candidates, Needed) = (candidates, needed);

    /// <summary>How many members can be asked: the replicas, and those that stand in for some.</summary>
    public int Candidates { get; private init; }

    /// <summary>How many must answer before the client gets one.</summary>
    public int Needed { get; }

    /// <summary>The answers, in the order they came.</summary>
    public ImmutableArray<MemberVersions> Answers { get; private init; } = [];

    /// <summary>Who refused or could not be reached.</summary>
    public ImmutableArray<string> Failed { get; private init; } = [];

    /// <summary>All answers merged: what the client gets.</summary>
    public DottedVersionVectorSet Merged { get; private init; } = DottedVersionVectorSet.Empty;

    /// <summary>What to do now.</summary>
    public QuorumVerdict Verdict =>
        Answers.Length >= Needed && IsInformed ? QuorumVerdict.Reached
        : Answers.Length + Failed.Length >= Candidates || Candidates - Failed.Length < Needed ? QuorumVerdict.OutOfReach
        : QuorumVerdict.Waiting;

    /// <summary>
    /// Whether the answers say anything of the key. Stand-ins that hold nothing do not: they may have come to stand in only
    /// after the key was written, so "unknown" from them alone must not become a client's "not found".
    /// </summary>
    public bool IsInformed => !Merged.IsEmpty || Answers.Any(answer => answer.IsReplica);

    /// <summary>The replicas that answered with less than the merged record, and so are to be repaired with it.</summary>
    public IEnumerable<string> Stale =>
        Answers.Where(answer => answer.IsReplica && !answer.Versions.Equals(Merged)).Select(answer => answer.NodeId);

    /// <summary>A read nobody has answered yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Needed is less than 1, or there is nobody to ask.</exception>
    public static ReadProgress Start(int candidates, int needed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(needed, 1);
        return new(candidates, needed);
    }

    /// <summary>The progress when one more member can be asked, in place of a replica that failed.</summary>
    public ReadProgress WithStandIn() => this with { Candidates = Candidates + 1 };

    /// <summary>The progress after a member answered. A second answer of one member changes nothing.</summary>
    public ReadProgress WithAnswer(MemberVersions answer)
    {
        ArgumentNullException.ThrowIfNull(answer.Versions);
        if (Answers.Any(earlier => earlier.NodeId == answer.NodeId))
        {
            return this;
        }

        return this with
        {
            Answers = Answers.Add(answer),
            Failed = Failed.Remove(answer.NodeId),
            Merged = Merged.Merge(answer.Versions),
        };
    }

    /// <summary>The progress after a member failed. A failure after an answer changes nothing.</summary>
    public ReadProgress WithFailure(string nodeId) =>
        Failed.Contains(nodeId) || Answers.Any(answer => answer.NodeId == nodeId) ? this : this with { Failed = Failed.Add(nodeId) };
}
