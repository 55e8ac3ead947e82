using System.Globalization;
using System.Text.Json;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Admin;

/// <summary>Tells what this node itself keeps of a key.</summary>
internal sealed class ReplicaReport(RunningNode running)
{
    internal async Task<ReplicaResponse> ReadAsync(Key key, CancellationToken cancellationToken)
    {
        var hints = new SortedDictionary<string, ReplicaRecordResponse>(StringComparer.Ordinal);
        foreach (var ownerId in (await running.Store.CountHintsAsync(cancellationToken)).Keys)
        {
            if (await running.Store.ReadHintAsync(ownerId, key, cancellationToken) is { } hint)
            {
                hints[ownerId] = ReportOf(key, hint);
            }
        }

        return new ReplicaResponse
        {
            NodeId = running.Membership.SelfId,
            IsReplica = running.Membership.Current.IsReplica(running.Membership.SelfId, key),
            Record = await running.Store.ReadAsync(key, cancellationToken) is { } record ? ReportOf(key, record) : null,
            Hints = hints,
        };
    }

    private static ReplicaRecordResponse ReportOf(Key key, StoredRecord record) => new(
        [.. record.Versions.Siblings.Select(sibling => JsonElement.Parse(sibling.Value.Span, ApiJson.DocumentOptions))],
        [.. record.Versions.Siblings.Select(sibling => sibling.Dot.ToString())],
        record.Versions.Context.ToString(),
        RecordDigest.Of(key, record.Versions).ToString("x16", CultureInfo.InvariantCulture),
        DateTimeOffset.FromUnixTimeMilliseconds(record.ChangedAtMs));
}
