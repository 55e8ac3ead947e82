using System.Collections.Immutable;
using System.Text;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Handoff;

/// <summary>
/// What the node has to copy from others, and how much of it is on its disk: so that a restart in the middle goes on where
/// it stood.
/// </summary>
internal sealed class TransferLedger
{
    /// <summary>The name of the task of a node that lost its disk: it has to copy all that it is said to hold.</summary>
    private const string Refill = "refill";
    private const string MetadataName = "transfer";

    private readonly IRecordStore _store;
    private readonly Lock _lock = new();
    private Task _saved = Task.CompletedTask;
    private volatile Entry _entry;

    private TransferLedger(IRecordStore store, Entry entry) => (_store, _entry) = (store, entry);

    /// <summary>Whether the node holds less than others take it to hold.</summary>
    internal bool IsRefilling => _entry.Task == Refill;

    /// <summary>The partitions of the present task that are copied.</summary>
    internal ImmutableHashSet<int> Done => _entry.Done;

    /// <summary>What was copied for them, in bytes.</summary>
    internal long SizeBytesDone => _entry.SizeBytesDone;

    internal static async Task<TransferLedger> OpenAsync(IRecordStore store, CancellationToken cancellationToken)
    {
        if (await store.ReadMetadataAsync(MetadataName, cancellationToken) is not { } saved)
        {
            return new(store, Entry.None);
        }

        using var reader = new BinaryReader(new MemoryStream(saved), Encoding.UTF8);
        var task = reader.ReadString();
        var done = ImmutableHashSet.CreateBuilder<int>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            done.Add(reader.Read7BitEncodedInt());
        }

        // Earlier versions did not write it.
        var sizeBytes = reader.BaseStream.Position < saved.Length ? reader.ReadInt64() : 0;
        return new(store, new(task, done.ToImmutable(), sizeBytes));
    }

    /// <summary>Whether the node may not be trusted with a partition yet: its disk was lost, and the partition is not copied again.</summary>
    internal bool Lacks(int partition) => _entry is { Task: Refill } entry && !entry.Done.Contains(partition);

    internal Task BeginRefillAsync() => SaveAsync(entry => entry.Task == Refill ? entry : new(Refill, []));

    /// <summary>Takes down that nothing the node holds is to be trusted, whatever it has copied so far.</summary>
    internal Task BeginRefillAnewAsync() => SaveAsync(_ => new(Refill, []));

    /// <summary>Whether a partition is copied that the node gains by the change in a view.</summary>
    internal bool HasCopied(ClusterView view, int partition) => _entry is var entry && entry.Task == NameOf(view) && entry.Done.Contains(partition);

    internal Task EndRefillAsync() => SaveAsync(_ => Entry.None);

    /// <summary>Takes a change up, or goes on with it.</summary>
    internal Task BeginAsync(ClusterView view)
    {
        var task = NameOf(view);
        return SaveAsync(entry => entry.Task == task ? entry : new(task, []));
    }

    /// <summary>Takes down that a partition is copied.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="sizeBytesDone">What was copied for the task so far.</param>
    /// <param name="wasEmpty">Whether there was nothing to copy: then it costs nothing to do it again, and a write to spare it would.</param>
    internal Task AddAsync(int partition, long sizeBytesDone, bool wasEmpty) =>
        SaveAsync(entry => entry with { Done = entry.Done.Add(partition), SizeBytesDone = sizeBytesDone }, onDisk: !wasEmpty);

    // The leader's step tells a change from the one before and after it.
    private static string NameOf(ClusterView view) => string.Join(
        '+', view.Changing.Where(record => record.Phase == ChangePhase.Copying).Select(record => $"{record.NodeId}/{record.Incarnation}/{record.RingSteps}"));

    private async Task SaveAsync(Func<Entry, Entry> change, bool onDisk = true)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
        {
            (before, _saved) = (_saved, mine.Task);
        }

        await before;
        try
        {
            var changed = change(_entry);
            if (changed != _entry)
            {
                if (onDisk)
                {
                    await _store.WriteMetadataAsync(MetadataName, changed.Encode(), CancellationToken.None);
                }

                _entry = changed;
            }
        }
        finally
        {
            mine.SetResult();
        }
    }

    private sealed record Entry(string Task, ImmutableHashSet<int> Done, long SizeBytesDone = 0)
    {
        public static readonly Entry None = new("", []);

        public byte[] Encode()
        {
            using var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes, Encoding.UTF8);
            writer.Write(Task);
            writer.Write7BitEncodedInt(Done.Count);
            foreach (var partition in Done.Order())
            {
                writer.Write7BitEncodedInt(partition);
            }

            writer.Write(SizeBytesDone);
            writer.Flush();
            return bytes.ToArray();
        }
    }
}
