using DaprDynamo.Cluster.Storing;

namespace DaprDynamo.Storage;

/// <summary>
/// Keeps a data directory to one process, by a lock file that the system frees when the process ends, however it ends.
/// The file also remembers that the folder has held a database, so that a lost database is not taken for a new folder.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string FileName = "store.lock";
    private static readonly byte[] Mark = "This folder holds a DaprDynamo store. Back it up, move it or delete it as a whole.\n"u8.ToArray();

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Whether the folder has held a database before.</summary>
    public bool IsMarked => _file.Length > 0;

    /// <summary>Makes the folder where there is none, and locks it.</summary>
    /// <exception cref="StoreLockedException">Another process has it locked.</exception>
    /// <exception cref="StoreDamagedException">The folder cannot be made or written to.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (Exception error) when (error is UnauthorizedAccessException or DirectoryNotFoundException or PathTooLongException)
        {
            throw new StoreDamagedException(
                $"The data directory '{folder}' cannot be used: {error.Message} See that it belongs to the user the node runs as.", error);
        }
        catch (IOException error) when (File.Exists(Path.Combine(folder, FileName)))
        {
            throw new StoreLockedException(
                $"The data directory '{folder}' is locked: another process has it open. Stop that process, or give this node a folder of its own.", error);
        }
        catch (IOException error)
        {
            throw new StoreDamagedException($"The data directory '{folder}' cannot be used: {error.Message}", error);
        }
    }

    /// <summary>Remembers that the folder holds a database.</summary>
    public void MarkUsed()
    {
        if (IsMarked)
        {
            return;
        }

        try
        {
            _file.Write(Mark);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A full disk, most likely. The mark is a safeguard and no data: the next start tries again.
        }
    }

    public void Dispose() => _file.Dispose();
}
