namespace DaprDynamo.Storage;

/// <summary>Where and within which bounds a <see cref="SqliteRecordStore"/> keeps its data.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The data directory: made when it is not there, used by one process at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>How many reads run at the same time, 1 to 64; further ones wait. By default one for each processor, 2 to 8.</summary>
    public int ReadConnections { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>How many changes may wait to be written, 1 to 1,000,000. Beyond it a change ends at once with <c>StoreBusyException</c>.</summary>
    public int WaitingChangesMax { get; init; } = 4096;

    /// <summary>How many changes one commit takes along at most, 1 to 100,000.</summary>
    public int CommitChangesMax { get; init; } = 256;

    /// <summary>How many bytes of records one commit writes at most, 1 or more; the change that reaches the bound is still taken along.</summary>
    public int CommitSizeBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Beyond this size in bytes, 1 or more, the write-ahead log is emptied even if reads must be waited for. It stays
    /// near 8 MiB by itself unless reads overlap without a pause.
    /// </summary>
    public long WalSizeBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>The most the database file may grow to, in bytes, 1 or more; beyond it the store is full. By default only the disk bounds it.</summary>
    public long SizeBytesMax { get; init; } = long.MaxValue;

    /// <summary>
    /// Database files up to this size, in bytes, 0 or more, are checked from end to end when they are opened. A larger file
    /// would take too long; what is wrong with it shows when the place is read, since every record carries a checksum.
    /// </summary>
    public long CheckSizeBytesMax { get; init; } = 128L * 1024 * 1024;

    /// <summary>
    /// Draws a new generation though the data directory has one. To be set for the first start on a folder restored from
    /// a backup: it has forgotten counts that were given out after the backup was made, and must not give them out again.
    /// </summary>
    public bool RenewGeneration { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentException">The folder is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        InRange(ReadConnections, 64, nameof(ReadConnections));
        InRange(WaitingChangesMax, 1_000_000, nameof(WaitingChangesMax));
        InRange(CommitChangesMax, 100_000, nameof(CommitChangesMax));
        ArgumentOutOfRangeException.ThrowIfLessThan(CommitSizeBytesMax, 1, nameof(CommitSizeBytesMax));
        ArgumentOutOfRangeException.ThrowIfLessThan(WalSizeBytesMax, 1, nameof(WalSizeBytesMax));
        ArgumentOutOfRangeException.ThrowIfLessThan(SizeBytesMax, 1, nameof(SizeBytesMax));
        ArgumentOutOfRangeException.ThrowIfNegative(CheckSizeBytesMax, nameof(CheckSizeBytesMax));
    }

    private static void InRange(int value, int max, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
    }
}
