using DaprDynamo.Core.Ring;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Storage;

/// <summary>Opens a data directory step by step; whatever step fails, all that was opened before it is closed again.</summary>
internal static class SqliteStoreOpening
{
    public static SqliteRecordStore Open(SqliteStoreOptions options, PartitionSpace space, TimeProvider time, ILogger logger)
    {
        var file = new SqliteFile(options);
        var opened = new Stack<IDisposable>();
        try
        {
            var folderLock = Keep(opened, FolderLock.Take(Path.GetFullPath(options.Folder)));
            if (folderLock.IsMarked && !file.Exists)
            {
                throw file.Faults.Damaged("the folder held a database, and it is gone");
            }

            var connection = Keep(opened, file.OpenWriter());
            Prepare(connection, options, space, file, folderLock, logger);
            var generation = SqliteSchema.ReadGeneration(connection, file.Faults);
            var counts = SqliteSchema.ReadCounts(connection, file.Faults);
            var session = Keep(opened, new WriteSession(connection, space, file.Faults, counts));
            var readers = new List<ReadSession>(options.ReadConnections);
            for (var i = 0; i < options.ReadConnections; i++)
            {
                readers.Add(new ReadSession(Keep(opened, file.OpenReader()), space, file.Faults));
            }

            var writer = new GroupCommitWriter(session, file, options, time, logger);
            var store = new SqliteRecordStore(space, generation, file, folderLock, session, writer, new ReadPool(readers, file.Faults), logger);
            writer.Start();
            logger.LogInformation(
                "Opened {File}: {LiveKeys} keys, {Tombstones} tombstones, {Hints} hints, generation {Generation:x}",
                file.Faults.File, counts.LiveKeys, counts.Tombstones, counts.Hints, generation);
            opened.Clear();
            return store;
        }
        catch (SqliteException error)
        {
            throw file.Faults.Of(error);
        }
        finally
        {
            foreach (var part in opened)
            {
                part.Dispose();
            }
        }
    }

    private static void Prepare(
        SqliteConnection connection, SqliteStoreOptions options, PartitionSpace space, SqliteFile file, FolderLock folderLock, ILogger logger)
    {
        if (SqliteSchema.IsEmpty(connection))
        {
            if (folderLock.IsMarked)
            {
                throw file.Faults.Damaged("the folder held a database, and the file is empty");
            }

            SqliteSchema.Create(connection, space);
        }
        else
        {
            SqliteSchema.Check(connection, space, file.Faults);
            if (file.DatabaseSizeBytes <= options.CheckSizeBytesMax)
            {
                SqliteSchema.CheckWholeFile(connection, file.Faults);
            }
            else
            {
                logger.LogInformation("{File} is too large to be checked from end to end at every start", file.Faults.File);
            }

            if (SqliteSchema.IsOld(connection))
            {
                logger.LogInformation("{File} is brought to the format of this version; that takes as long as copying it, and needs as much room", file.Faults.File);
                SqliteSchema.Upgrade(connection);
            }

            if (options.RenewGeneration)
            {
                SqliteSchema.RenewGeneration(connection);
            }
        }

        folderLock.MarkUsed();
    }

    private static T Keep<T>(Stack<IDisposable> opened, T part)
        where T : IDisposable
    {
        opened.Push(part);
        return part;
    }
}
