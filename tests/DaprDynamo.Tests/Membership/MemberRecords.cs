using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Tests.Membership;

/// <summary>Takes a ring through changes as the members would, each by its own record.</summary>
internal sealed class MemberRecords(int partitions, int replicas = 3)
{
    private readonly SortedDictionary<string, MemberRecord> _records = new(StringComparer.Ordinal);

    internal PartitionSpace Space { get; } = new(partitions);

    internal int Replicas => replicas;

    internal IReadOnlyCollection<MemberRecord> All => _records.Values;

    internal MemberRecord this[string nodeId] => _records[nodeId];

    internal RingTransition Ring => RingTransition.Of(Space, replicas, All);

    internal IEnumerable<string> Ready => _records.Values.Where(record => record.State == MemberState.Ready).Select(record => record.NodeId);

    internal static MemberRecord Newcomer(string nodeId, string zone = "default") =>
        new(nodeId, new Uri($"http://{nodeId}"), zone, MemberState.New, Incarnation: 1, Version: 1, []);

    internal static MemberRecords Of(int members, int partitions = 64)
    {
        var records = new MemberRecords(partitions);
        records.Put(RingPlans.Form(records.Space, 3, Newcomer("node-01")));
        for (var number = 2; number <= members; number++)
        {
            records.Join($"node-{number:00}");
        }

        return records;
    }

    internal void Put(MemberRecord record) => _records[record.NodeId] = record;

    internal MemberRecord PlanJoin(string nodeId) => RingPlans.Join(Space, replicas, All, Newcomer(nodeId));

    internal void Join(string nodeId) => Do(PlanJoin(nodeId));

    internal void Leave(string nodeId) => Do(RingPlans.Leave(Space, replicas, All, this[nodeId]));

    /// <summary>Takes a change through all its phases.</summary>
    internal void Do(MemberRecord begun)
    {
        Put(begun);
        Put(RingPlans.Switch(this[begun.NodeId]));
        Put(RingPlans.Finish(this[begun.NodeId]));
    }
}
