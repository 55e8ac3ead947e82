using System.Text;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Tests.Storage;

/// <summary>Records and changes as the tests of stores use them.</summary>
internal static class StoreSamples
{
    public static readonly Actor Writer = new("node-1", 7, 1);

    public static readonly PartitionSpace OnePartition = new(1);

    public static Key Key(string text) => Core.Ring.Key.FromText(text);

    public static StoredRecord Record(string value, long changedAtMs = 1_000) =>
        new(DottedVersionVectorSet.Empty.Write(VersionVector.Empty, Writer, Encoding.UTF8.GetBytes(value)), Writer.Epoch, changedAtMs);

    public static StoredRecord Tombstone() => Record("gone") is var record
        ? record with { Versions = record.Versions.Delete(record.Versions.Context) }
        : record;

    /// <summary>Writes a value over what is there, as a coordinator does that has seen all of it.</summary>
    public static RecordChange Write(string value) => current =>
    {
        var versions = current?.Versions ?? DottedVersionVectorSet.Empty;
        return new(versions.Write(versions.Context, Writer, Encoding.UTF8.GetBytes(value)), Writer.Epoch, (current?.ChangedAtMs ?? 0) + 1);
    };

    public static string? Value(StoredRecord? record) =>
        record is null ? null : string.Join(",", record.Versions.Siblings.Select(sibling => Encoding.UTF8.GetString(sibling.Value.Span)));

    public static ulong Counter(StoredRecord? record) => record?.Versions.Context.CounterOf(Writer) ?? 0;
}
