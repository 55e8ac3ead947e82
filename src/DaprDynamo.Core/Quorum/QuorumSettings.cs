using System.Globalization;

namespace DaprDynamo.Core.Quorum;

/// <summary>
/// How many replicas a cluster keeps of each key and how many must answer (Dynamo, section 4.5: N, R and W). With
/// R + W &gt; N a read meets the newest acknowledged write.
/// </summary>
public sealed record QuorumSettings
{
    /// <summary>The most replicas a key can have.</summary>
    public const int ReplicasMax = 16;

    /// <summary>Makes the settings.</summary>
    /// <param name="replicas">N, 1 to <see cref="ReplicasMax"/>.</param>
    /// <param name="readQuorum">R, 1 to N.</param>
    /// <param name="writeQuorum">W, 1 to N.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public QuorumSettings(int replicas, int readQuorum, int writeQuorum)
    {
        Check(nameof(replicas), replicas, ReplicasMax);
        Check(nameof(readQuorum), readQuorum, replicas);
        Check(nameof(writeQuorum), writeQuorum, replicas);
        (Replicas, ReadQuorum, WriteQuorum) = (replicas, readQuorum, writeQuorum);
    }

    /// <summary>N: how many members keep each key.</summary>
    public int Replicas { get; }

    /// <summary>R: how many must answer a read, unless the request says otherwise.</summary>
    public int ReadQuorum { get; }

    /// <summary>W: how many must have a write on disk, unless the request says otherwise.</summary>
    public int WriteQuorum { get; }

    /// <summary>How many must answer one request.</summary>
    /// <param name="requested">What the request asks for; null for the default. More than N counts as N.</param>
    /// <param name="fallback">The default, R or W.</param>
    public int Needed(int? requested, int fallback) => Math.Min(requested ?? fallback, Replicas);

    private static void Check(string name, int value, int max)
    {
        if (value < 1 || value > max)
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"must be 1 to {max}"));
        }
    }
}
