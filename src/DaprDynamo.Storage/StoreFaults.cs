using DaprDynamo.Cluster.Storing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DaprDynamo.Storage;

/// <summary>Turns what SQLite reports about one database file into the port's exceptions, in sentences for an operator.</summary>
internal sealed class StoreFaults(string folder, string file)
{
    // Less than this left on the disk, and a failed write is put down to the want of space.
    private const long NoRoomSizeBytes = 1024 * 1024;

    private const string WayOut =
        "Either restore the folder from a backup and start once with a renewed generation, or delete the folder and let the node rejoin empty, " +
        "so that the other replicas refill it.";

    /// <summary>The database file.</summary>
    public string File => file;

    /// <summary>What is on disk is wrong: <paramref name="what"/> says it in a clause.</summary>
    public StoreDamagedException Damaged(string what, Exception? cause = null) =>
        new($"The store's file '{file}' is damaged: {what.TrimEnd('.')}. {WayOut}", cause);

    /// <summary>The port's exception for one of SQLite's.</summary>
    public StoreException Of(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => Full(error),
        raw.SQLITE_IOERR when IsWrite(error) && DiskHasNoRoom() => Full(error),
        raw.SQLITE_IOERR => Damaged($"its disk fails ({Said(error)})", error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL =>
            new StoreBusyException($"The store's file '{file}' is held by another program, such as a backup or a database tool ({Said(error)}).", error),
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_READONLY or raw.SQLITE_AUTH => new StoreDamagedException(
            $"The store's file '{file}' cannot be opened for writing ({Said(error)}). See that the folder and its files belong to the user " +
            "the node runs as, and that the disk is not mounted read-only.",
            error),
        _ => Damaged(Said(error), error),
    };

    /// <summary>Whether the exception says that bytes on disk are not what was written.</summary>
    public static bool SaysDamaged(SqliteException error) => error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    private static string Said(SqliteException error) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SQLite {error.SqliteExtendedErrorCode}: {error.Message}");

    private static bool IsWrite(SqliteException error) => error.SqliteExtendedErrorCode is
        raw.SQLITE_IOERR_WRITE or raw.SQLITE_IOERR_FSYNC or raw.SQLITE_IOERR_DIR_FSYNC or raw.SQLITE_IOERR_TRUNCATE
        or raw.SQLITE_IOERR_SHMOPEN or raw.SQLITE_IOERR_SHMSIZE or raw.SQLITE_IOERR_SHMMAP;

    private StoreFullException Full(SqliteException error) =>
        new($"There is no room to write to '{file}': the disk is full, or the store has reached its largest size. Make room; reads go on.", error);

    private bool DiskHasNoRoom()
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace < NoRoomSizeBytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
