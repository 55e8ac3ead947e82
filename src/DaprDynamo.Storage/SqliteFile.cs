using System.Globalization;
using DaprDynamo.Cluster.Storing;
using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>The database file of a data directory: where it lies, how large it is, and how connections to it are opened.</summary>
internal sealed class SqliteFile
{
    private const int BusyTimeoutSeconds = 5;
    private const int WriterCacheKiB = 16 * 1024;
    private const int WalPagesCheckpoint = 1000;

    private readonly SqliteStoreOptions _options;
    private readonly string _path;

    public SqliteFile(SqliteStoreOptions options)
    {
        _options = options;
        var folder = Path.GetFullPath(options.Folder);
        _path = Path.Combine(folder, "store.db");
        Faults = new StoreFaults(folder, _path);
    }

    public StoreFaults Faults { get; }

    public bool Exists => File.Exists(_path);

    public long DatabaseSizeBytes => SizeBytesOf(_path);

    public long WalSizeBytes => SizeBytesOf(_path + "-wal");

    /// <summary>Opens the one connection that writes: a commit is on disk when it returns.</summary>
    /// <exception cref="SqliteException">SQLite cannot open the file.</exception>
    /// <exception cref="StoreMismatchException">The disk cannot hold a write-ahead log.</exception>
    public SqliteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            var mode = Scalar(connection, "PRAGMA journal_mode = WAL") as string;
            if (mode != "wal")
            {
                throw new StoreMismatchException(
                    $"The store's file '{_path}' lies on a disk that cannot keep a write-ahead log (SQLite stays in the mode '{mode}'). Use a local disk.");
            }

            // The two about fullfsync matter on macOS only, where a plain fsync leaves the data in the drive's cache.
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
                PRAGMA synchronous = FULL;
                PRAGMA fullfsync = ON;
                PRAGMA checkpoint_fullfsync = ON;
                PRAGMA cache_size = -{WriterCacheKiB};
                PRAGMA wal_autocheckpoint = {WalPagesCheckpoint};
                PRAGMA journal_size_limit = {_options.WalSizeBytesMax};
                """));
            if (_options.SizeBytesMax != long.MaxValue)
            {
                var pageSizeBytes = (long)Scalar(connection, "PRAGMA page_size")!;
                var pagesMax = Math.Clamp(_options.SizeBytesMax / pageSizeBytes, 1, uint.MaxValue - 1);
                Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pagesMax}"));
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    /// <exception cref="SqliteException">SQLite cannot open the file.</exception>
    public SqliteConnection OpenReader() => Open(SqliteOpenMode.ReadOnly);

    /// <summary>Moves the whole write-ahead log into the database and cuts the log to nothing.</summary>
    /// <returns>Whether it could be done: a read that goes on for long prevents it.</returns>
    /// <exception cref="SqliteException">The disk did not take it; the log stays as it is and nothing is lost.</exception>
    public static bool EmptyWal(SqliteConnection writer) => Scalar(writer, "PRAGMA wal_checkpoint(TRUNCATE)") is 0L;

    /// <summary>Runs statements that answer nothing.</summary>
    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = CommandOf(connection, sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement and takes the first column of its first row, null when there is no row.</summary>
    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = CommandOf(connection, sql);
        return command.ExecuteScalar();
    }

    private static SqliteCommand CommandOf(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        // Constants of this room and numbers from checked options only.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static long SizeBytesOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = mode,
            // The store keeps its own connections; a pool beside it would hold the file open after the store is closed.
            Pooling = false,
            DefaultTimeout = BusyTimeoutSeconds,
        }.ToString());
        try
        {
            connection.Open();
            // The checks of cells find rot where it is met; a schema out of a file is not to be trusted with functions.
            Run(connection, "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 2000;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
