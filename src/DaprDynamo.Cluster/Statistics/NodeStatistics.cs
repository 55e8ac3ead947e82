namespace DaprDynamo.Cluster.Statistics;

/// <summary>What a node has done since it started. Safe to use from many threads; figures only grow.</summary>
public sealed class NodeStatistics
{
    private long _readRepairs;
    private long _readRepairsSkipped;
    private long _hedges;
    private long _forwards;

    /// <summary>Records sent to replicas that a read found behind.</summary>
    public long ReadRepairs => Interlocked.Read(ref _readRepairs);

    /// <summary>Repairs left out because too many were under way; a later read or exchange makes up for them.</summary>
    public long ReadRepairsSkipped => Interlocked.Read(ref _readRepairsSkipped);

    /// <summary>Reads that asked one more replica because another was slow.</summary>
    public long Hedges => Interlocked.Read(ref _hedges);

    /// <summary>Writes passed on to a replica because this node keeps none of the key.</summary>
    public long Forwards => Interlocked.Read(ref _forwards);

    internal void CountReadRepair() => Interlocked.Increment(ref _readRepairs);

    internal void CountReadRepairSkipped() => Interlocked.Increment(ref _readRepairsSkipped);

    internal void CountHedge() => Interlocked.Increment(ref _hedges);

    internal void CountForward() => Interlocked.Increment(ref _forwards);
}
