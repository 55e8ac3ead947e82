using DaprDynamo.Cluster.Listing;
using DaprDynamo.Cluster.Peers;

namespace DaprDynamo.Transport;

/// <summary>The part of <see cref="PeerCodec"/> that has to do with lists of keys.</summary>
internal static class ListingCodec
{
    internal static Protocol.Listing Encode(ListKeys list) => new()
    {
        Partitions = { list.Partitions.Select(partition => (uint)partition) },
        Prefix = PeerCodec.EncodeOptional(list.Prefix),
        After = PeerCodec.EncodeOptional(list.After),
        Limit = (uint)list.Limit,
    };

    internal static ListKeys Decode(Protocol.Listing message) => new(
        [.. message.Partitions.Select(partition => (int)partition)],
        PeerCodec.DecodeOptional(message.Prefix),
        PeerCodec.DecodeOptional(message.After),
        (int)Math.Min(message.Limit, int.MaxValue));

    internal static Protocol.Listed Encode(KeysListed listed) => new()
    {
        LookedUpTo = PeerCodec.EncodeOptional(listed.LookedUpTo),
        Keys =
        {
            listed.Keys.Select(key => new Protocol.ListedKey
            {
                Key = PeerCodec.Wrap(key.Key.Utf8), Siblings = (uint)key.Siblings, SizeBytes = (ulong)key.SizeBytes, ChangedAtMs = key.ChangedAtMs,
            }),
        },
    };

    internal static KeysListed Decode(Protocol.Listed message) =>
        new(
            [.. message.Keys.Select(key => new ListedKey(PeerCodec.DecodeKey(key.Key), (int)key.Siblings, (long)key.SizeBytes, key.ChangedAtMs))],
            PeerCodec.DecodeOptional(message.LookedUpTo));
}
