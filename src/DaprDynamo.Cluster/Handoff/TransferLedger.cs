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
    private const string RefillName = "refill";
    private const string MetadataName = "transfer";

    private readonly IRecordStore _store;
    private readonly Turns _turns = new();
    private volatile TransferTask _task;
    private long _lastNumber;

    private TransferLedger(IRecordStore store, TransferTask task) => (_store, _task) = (store, task);

    /// <summary>What the node has to copy at present.</summary>
    internal TransferTask Current => _task;

    /// <summary>Whether the node holds less than others take it to hold.</summary>
    internal bool IsRefilling => _task.IsRefill;

    internal static async Task<TransferLedger> OpenAsync(IRecordStore store, CancellationToken cancellationToken)
    {
        if (await store.ReadMetadataAsync(MetadataName, cancellationToken) is not { } saved)
        {
            return new(store, TransferTask.None);
        }

        using var reader = new BinaryReader(new MemoryStream(saved), Encoding.UTF8);
        var name = reader.ReadString();
        var done = ImmutableHashSet.CreateBuilder<int>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            done.Add(reader.Read7BitEncodedInt());
        }

        // Earlier versions did not write it.
        var sizeBytes = reader.BaseStream.Position < saved.Length ? reader.ReadInt64() : 0;
        return new(store, new(0, name, done.ToImmutable(), sizeBytes));
    }

    /// <summary>Whether the node may not be trusted with a partition yet: its disk was lost, and the partition is not copied again.</summary>
    internal bool Lacks(int partition) => _task is { IsRefill: true } task && !task.Done.Contains(partition);

    internal Task BeginRefillAsync() => SaveAsync(task => task.IsRefill ? task : NewTask(RefillName));

    /// <summary>Takes down that nothing the node holds is to be trusted, whatever it has copied so far.</summary>
    internal Task BeginRefillAnewAsync() => SaveAsync(_ => NewTask(RefillName));

    /// <summary>Whether a partition is copied that the node gains by the change in a view.</summary>
    internal bool HasCopied(ClusterView view, int partition) => _task is var task && task.Name == NameOf(view) && task.Done.Contains(partition);

    /// <summary>Ends a task, unless another has taken its place.</summary>
    internal Task EndAsync(TransferTask ended) => SaveAsync(task => task.Number == ended.Number ? TransferTask.None : task);

    /// <summary>Takes a change up, or goes on with it. A node that has to copy everything does that first.</summary>
    /// <returns>What the node has to copy now.</returns>
    internal Task<TransferTask> BeginAsync(ClusterView view)
    {
        var name = NameOf(view);
        return SaveAsync(task => task.IsRefill || task.Name == name ? task : NewTask(name));
    }

    /// <summary>Takes down that a partition is copied, unless another task has taken the place of the one it was copied for.</summary>
    /// <param name="copiedFor">The task.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="sizeBytesDone">What was copied for the task so far.</param>
    /// <param name="wasEmpty">Whether there was nothing to copy: then it costs nothing to do it again, and a write to spare it would.</param>
    internal Task AddAsync(TransferTask copiedFor, int partition, long sizeBytesDone, bool wasEmpty) => SaveAsync(
        task => task.Number == copiedFor.Number ? task with { Done = task.Done.Add(partition), SizeBytesDone = sizeBytesDone } : task,
        onDisk: !wasEmpty);

    // The leader's step tells a change from the one before and after it.
    private static string NameOf(ClusterView view) => string.Join(
        '+', view.Changing.Where(record => record.Phase == ChangePhase.Copying).Select(record => $"{record.NodeId}/{record.Incarnation}/{record.RingSteps}"));

    private TransferTask NewTask(string name) => new(++_lastNumber, name, []);

    private Task<TransferTask> SaveAsync(Func<TransferTask, TransferTask> change, bool onDisk = true) => _turns.TakeAsync(async () =>
    {
        var changed = change(_task);
        if (changed != _task)
        {
            if (onDisk)
            {
                await _store.WriteMetadataAsync(MetadataName, Encode(changed), CancellationToken.None);
            }

            _task = changed;
        }

        return changed;
    });

    private static byte[] Encode(TransferTask task)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(task.Name);
        writer.Write7BitEncodedInt(task.Done.Count);
        foreach (var partition in task.Done.Order())
        {
            writer.Write7BitEncodedInt(partition);
        }

        writer.Write(task.SizeBytesDone);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Something to copy.</summary>
    /// <param name="Number">Tells it from all others of this process, also those of the same name.</param>
    /// <param name="Name">What it is for; empty for none.</param>
    /// <param name="Done">The partitions that are copied.</param>
    /// <param name="SizeBytesDone">What was copied for them, in bytes.</param>
    internal sealed record TransferTask(long Number, string Name, ImmutableHashSet<int> Done, long SizeBytesDone = 0)
    {
        internal static readonly TransferTask None = new(0, "", []);

        /// <summary>Whether the node has to copy all that it is said to hold.</summary>
        internal bool IsRefill => Name == RefillName;
    }
}
