using Microsoft.Data.Sqlite;

namespace DaprDynamo.Storage;

/// <summary>
/// Keeps the counts on disk, in the same transactions as what they count, so that opening a store of any size is one
/// small read. Most commits change no count and write nothing here. Not safe for concurrent use.
/// </summary>
internal sealed class CountTable(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _putFact = new(
        connection, "UPDATE facts SET value = $2 WHERE name = $1", SqliteType.Text, SqliteType.Integer);

    private readonly SqliteStatement _putOwner = new(
        connection,
        "INSERT INTO hint_owners (owner, hints) VALUES ($1, $2) ON CONFLICT (owner) DO UPDATE SET hints = excluded.hints",
        SqliteType.Text, SqliteType.Integer);

    private readonly SqliteStatement _removeOwner = new(connection, "DELETE FROM hint_owners WHERE owner = $1", SqliteType.Text);

    /// <summary>Writes what is different.</summary>
    public void Put(StoreCounts before, StoreCounts after)
    {
        PutFact(SqliteSchema.LiveKeysFact, before.LiveKeys, after.LiveKeys);
        PutFact(SqliteSchema.TombstonesFact, before.Tombstones, after.Tombstones);
        PutFact(SqliteSchema.LastHintSequenceFact, before.LastHintSequence, after.LastHintSequence);
        if (ReferenceEquals(before.HintsByOwner, after.HintsByOwner))
        {
            return;
        }

        foreach (var (ownerId, hints) in after.HintsByOwner)
        {
            if (before.HintsByOwner.GetValueOrDefault(ownerId) != hints)
            {
                _putOwner.Run(ownerId, hints);
            }
        }

        foreach (var ownerId in before.HintsByOwner.Keys.Where(ownerId => !after.HintsByOwner.ContainsKey(ownerId)))
        {
            _removeOwner.Run(ownerId);
        }
    }

    public void Dispose()
    {
        _putFact.Dispose();
        _putOwner.Dispose();
        _removeOwner.Dispose();
    }

    private void PutFact(string name, long before, long after)
    {
        if (before != after)
        {
            _putFact.Run(name, after);
        }
    }
}
