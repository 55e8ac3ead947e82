using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>
/// The node's hash trees, one for each partition, kept up to date by every change of a record. A tree that is not known
/// to be right is not there: after a start, or when a change ended in a way that leaves open whether it happened.
/// <para>
/// Changes enter a partition before they go to the store and leave it when they are on disk, in whatever order. While a
/// tree is being built their keys are only noted; at the end new changes wait at the door for the moment it takes until
/// those inside have left and the noted keys are read again. So each change is in the tree once, whether the building saw
/// it or not.
/// </para>
/// </summary>
internal sealed class HashForest(PartitionSpace space)
{
    private readonly PartitionTree[] _partitions = [.. Enumerable.Range(0, space.Count).Select(_ => new PartitionTree())];

    /// <summary>The tree of a partition; null when it must be built first.</summary>
    internal HashTree? TreeOf(int partition)
    {
        var tree = _partitions[partition];
        lock (tree)
        {
            return tree.Tree;
        }
    }

    /// <summary>Comes in with a change.</summary>
    internal async ValueTask EnterAsync(int partition)
    {
        var tree = _partitions[partition];
        while (true)
        {
            Task closed;
            lock (tree)
            {
                if (tree.Door is null)
                {
                    tree.Inside++;
                    return;
                }

                closed = tree.Door.Task;
            }

            await closed;
        }
    }

    /// <summary>Goes out after a change that is on disk.</summary>
    internal void Leave(int partition, Key key, ulong before, ulong after)
    {
        var tree = _partitions[partition];
        TaskCompletionSource? emptied;
        lock (tree)
        {
            tree.Tree = tree.Tree?.With(key, before, after);
            if (before != after)
            {
                tree.Noted?.Add(key);
            }

            emptied = tree.GoOut();
        }

        emptied?.TrySetResult();
    }

    /// <summary>Goes out after a change that may or may not have happened.</summary>
    internal void LeaveUncertain(int partition, Key key)
    {
        var tree = _partitions[partition];
        TaskCompletionSource? emptied;
        lock (tree)
        {
            tree.Tree = null;
            tree.Noted?.Add(key);
            emptied = tree.GoOut();
        }

        emptied?.TrySetResult();
    }

    /// <summary>Forgets a tree that turned out to be wrong.</summary>
    internal void Forget(int partition)
    {
        var tree = _partitions[partition];
        lock (tree)
        {
            tree.Tree = null;
        }
    }

    /// <summary>Begins to build a tree: from now on changed keys are noted.</summary>
    internal void BeginBuilding(int partition)
    {
        var tree = _partitions[partition];
        lock (tree)
        {
            (tree.Tree, tree.Noted) = (null, []);
        }
    }

    /// <summary>Keeps new changes out and completes, when those inside have left, with the keys that were noted.</summary>
    internal async Task<IReadOnlyCollection<Key>> CloseAsync(int partition)
    {
        var tree = _partitions[partition];
        Task emptied;
        lock (tree)
        {
            tree.Door = new(TaskCreationOptions.RunContinuationsAsynchronously);
            tree.Emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
            emptied = tree.Inside == 0 ? Task.CompletedTask : tree.Emptied.Task;
        }

        await emptied;
        return tree.Noted!;
    }

    /// <summary>Ends the building, with the tree or, when it failed, without, and lets changes in again.</summary>
    internal void EndBuilding(int partition, HashTree? built)
    {
        var tree = _partitions[partition];
        TaskCompletionSource? door;
        lock (tree)
        {
            door = tree.Door;
            (tree.Tree, tree.Noted, tree.Door, tree.Emptied) = (built, null, null, null);
        }

        door?.TrySetResult();
    }

    private sealed class PartitionTree
    {
        public HashTree? Tree { get; set; }

        public int Inside { get; set; }

        public HashSet<Key>? Noted { get; set; }

        public TaskCompletionSource? Door { get; set; }

        public TaskCompletionSource? Emptied { get; set; }

        public TaskCompletionSource? GoOut() => --Inside == 0 ? Emptied : null;
    }
}
