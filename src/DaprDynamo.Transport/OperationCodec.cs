using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Transport;

/// <summary>Clients' operations and their results in the messages of <c>peer.proto</c>.</summary>
internal static class OperationCodec
{
    internal static Protocol.Operation Encode(KeyOperation operation)
    {
        var message = new Protocol.Operation { Key = PeerCodec.Wrap(operation.Key.Utf8), Quorum = (uint)(operation.Quorum ?? 0) };
        switch (operation)
        {
            case GetKey:
                message.Verb = Protocol.Operation.Types.Verb.Get;
                break;
            case CreateKey create:
                message.Verb = Protocol.Operation.Types.Verb.Create;
                message.Value = PeerCodec.Wrap(create.Value);
                break;
            case PutKey put:
                message.Verb = Protocol.Operation.Types.Verb.Put;
                message.Value = PeerCodec.Wrap(put.Value);
                message.Context = Encode(put.Context);
                break;
            case DeleteKey delete:
                message.Verb = Protocol.Operation.Types.Verb.Delete;
                message.Context = delete.Context is null ? null : Encode(delete.Context);
                break;
            default:
                throw new ArgumentException($"Unknown operation {operation.GetType().Name}.", nameof(operation));
        }

        return message;
    }

    internal static KeyOperation Decode(Protocol.Operation message)
    {
        var key = PeerCodec.DecodeKey(message.Key);
        int? quorum = message.Quorum == 0 ? null : (int)Math.Min(message.Quorum, int.MaxValue);
        return message.Verb switch
        {
            Protocol.Operation.Types.Verb.Get => new GetKey(key, quorum),
            Protocol.Operation.Types.Verb.Create => new CreateKey(key, quorum, message.Value.Memory),
            Protocol.Operation.Types.Verb.Put when message.Context is not null => new PutKey(key, quorum, message.Value.Memory, Decode(message.Context)),
            Protocol.Operation.Types.Verb.Delete => new DeleteKey(key, quorum, message.Context is null ? null : Decode(message.Context)),
            _ => throw new InvalidDataException("A peer passes on an operation this version does not know."),
        };
    }

    private static Protocol.Context Encode(VersionVector context)
    {
        var message = new Protocol.Context();
        message.Entries.AddRange(context.Entries.Select(Encode));
        message.Singles.AddRange(context.Singles.Select(Encode));
        return message;
    }

    private static Protocol.Entry Encode(Dot dot) => new()
    {
        NodeId = dot.Actor.NodeId,
        Generation = dot.Actor.Generation,
        Epoch = dot.Actor.Epoch,
        Counter = dot.Counter,
    };

    private static VersionVector Decode(Protocol.Context? message) =>
        message is null ? VersionVector.Empty : VersionVector.FromParts(message.Entries.Select(Decode), message.Singles.Select(Decode));

    private static Dot Decode(Protocol.Entry message) => message.Counter > 0 && message.NodeId.Length > 0
        ? new Dot(new Actor(message.NodeId, message.Generation, message.Epoch), message.Counter)
        : throw new InvalidDataException("A peer sends a malformed context.");

    internal static Protocol.Result Encode(OperationResult result)
    {
        var message = new Protocol.Result
        {
            Status = (uint)result.Status,
            Coordinator = result.Coordinator,
            Record = PeerCodec.EncodeRecord(result.Versions),
            Needed = (uint)result.Needed,
            Replicas = (uint)result.Replicas,
            Seen = Encode(result.Seen),
        };
        message.Answered.AddRange(result.Answered);
        return message;
    }

    internal static OperationResult Decode(Protocol.Result message) =>
        new((OperationStatus)message.Status, message.Coordinator)
        {
            Versions = PeerCodec.DecodeRecord(message.Record),
            Answered = [.. message.Answered],
            Needed = (int)message.Needed,
            Replicas = (int)message.Replicas,
            Seen = Decode(message.Seen),
        };
}
