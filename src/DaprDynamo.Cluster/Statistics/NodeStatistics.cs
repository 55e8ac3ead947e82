namespace DaprDynamo.Cluster.Statistics;

/// <summary>What a node has done since it started. Safe to use from many threads; figures only grow.</summary>
public sealed class NodeStatistics
{
    private long _readRepairs;
    private long _readRepairsSkipped;
    private long _exchangeRepairs;
    private long _hedges;
    private long _forwards;
    private long _standIns;
    private long _standInCoordinations;
    private long _hintsDelivered;
    private long _hintsPassedOn;
    private long _hintDeliveriesFailed;
    private long _exchanges;
    private long _partitionsCompared;
    private long _partitionsDifferent;
    private long _tombstonesReaped;
    private long _straysHandedOver;
    private long _readsWithSiblings;

    /// <summary>Records sent to replicas that a read found behind.</summary>
    public long ReadRepairs => Interlocked.Read(ref _readRepairs);

    /// <summary>Repairs left out because too many were under way; a later read or exchange makes up for them.</summary>
    public long ReadRepairsSkipped => Interlocked.Read(ref _readRepairsSkipped);

    /// <summary>Records merged into whichever side an exchange found behind.</summary>
    public long ExchangeRepairs => Interlocked.Read(ref _exchangeRepairs);

    /// <summary>Requests that asked one more member because another was slow.</summary>
    public long Hedges => Interlocked.Read(ref _hedges);

    /// <summary>Writes passed on to a replica because this node keeps none of the key.</summary>
    public long Forwards => Interlocked.Read(ref _forwards);

    /// <summary>Records sent to a member that stands in for a replica.</summary>
    public long StandIns => Interlocked.Read(ref _standIns);

    /// <summary>Writes this node coordinated although it keeps no replica of the key, as none could be reached.</summary>
    public long StandInCoordinations => Interlocked.Read(ref _standInCoordinations);

    /// <summary>Hints handed over to their owners.</summary>
    public long HintsDelivered => Interlocked.Read(ref _hintsDelivered);

    /// <summary>Hints given to another replica because their owner stayed away for too long.</summary>
    public long HintsPassedOn => Interlocked.Read(ref _hintsPassedOn);

    /// <summary>Attempts to hand over a hint that failed; each is tried again.</summary>
    public long HintDeliveriesFailed => Interlocked.Read(ref _hintDeliveriesFailed);

    /// <summary>Anti-entropy exchanges this node began.</summary>
    public long Exchanges => Interlocked.Read(ref _exchanges);

    /// <summary>Partitions compared in them.</summary>
    public long PartitionsCompared => Interlocked.Read(ref _partitionsCompared);

    /// <summary>Partitions that differed.</summary>
    public long PartitionsDifferent => Interlocked.Read(ref _partitionsDifferent);

    /// <summary>Records handed over to those that keep them now, because this node was the only one to know what they say.</summary>
    public long StraysHandedOver => Interlocked.Read(ref _straysHandedOver);

    /// <summary>Tombstones this node has reaped.</summary>
    public long TombstonesReaped => Interlocked.Read(ref _tombstonesReaped);

    /// <summary>Clients' reads that were answered with more than one value: writes that did not know of each other, still to be resolved.</summary>
    public long ReadsWithSiblings => Interlocked.Read(ref _readsWithSiblings);

    internal void CountReadWithSiblings() => Interlocked.Increment(ref _readsWithSiblings);

    internal void CountReadRepair() => Interlocked.Increment(ref _readRepairs);

    internal void CountReadRepairSkipped() => Interlocked.Increment(ref _readRepairsSkipped);

    internal void CountExchangeRepair() => Interlocked.Increment(ref _exchangeRepairs);

    internal void CountHedge() => Interlocked.Increment(ref _hedges);

    internal void CountForward() => Interlocked.Increment(ref _forwards);

    internal void CountStandIn() => Interlocked.Increment(ref _standIns);

    internal void CountStandInCoordination() => Interlocked.Increment(ref _standInCoordinations);

    internal void CountHintDelivered(bool toOwner) => Interlocked.Increment(ref toOwner ? ref _hintsDelivered : ref _hintsPassedOn);

    internal void CountHintDeliveryFailed() => Interlocked.Increment(ref _hintDeliveriesFailed);

    internal void CountExchange(int compared, int different)
    {
        Interlocked.Increment(ref _exchanges);
        Interlocked.Add(ref _partitionsCompared, compared);
        Interlocked.Add(ref _partitionsDifferent, different);
    }

    internal void CountStrayHandedOver() => Interlocked.Increment(ref _straysHandedOver);

    internal void CountReaped(int tombstones) => Interlocked.Add(ref _tombstonesReaped, tombstones);
}
