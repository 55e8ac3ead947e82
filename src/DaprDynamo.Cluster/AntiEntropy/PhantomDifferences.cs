using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Merkle;

namespace DaprDynamo.Cluster.AntiEntropy;

/// <summary>
/// Differences between two trees for which no key was found that differs. Once is nothing: a write was on its way to one
/// side. The very same again means that a tree does not match its records.
/// </summary>
internal sealed class PhantomDifferences
{
    private readonly Dictionary<(string PeerId, int Partition), (ulong Own, ulong Theirs)> _seen = [];

    internal bool IsSeenAgain(string peerId, PartitionLeaves theirs, HashTree own)
    {
        var now = (own.Root, HashTree.FromLeaves(theirs.Leaves).Root);
        var again = _seen.Remove((peerId, theirs.Partition), out var before) && before == now;
        if (!again)
        {
            _seen[(peerId, theirs.Partition)] = now;
        }

        return again;
    }
}
