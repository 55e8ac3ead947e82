using DaprDynamo.Core.Ring;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>One connection that reads, with its statements. Used by one caller at a time.</summary>
internal sealed class ReadSession(SqliteConnection connection, PartitionSpace space, StoreFaults faults) : IDisposable
{
    public RecordTable Records { get; } = new(connection, space, faults);

    public HintTable Hints { get; } = new(connection, faults);

    public MetadataTable Metadata { get; } = new(connection, faults);

    public void Dispose()
    {
        Records.Dispose();
        Hints.Dispose();
        Metadata.Dispose();
        connection.Dispose();
    }
}
