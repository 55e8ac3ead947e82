using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Google.Protobuf;

namespace DaprDynamo.Transport;

/// <summary>Puts requests and answers into the messages of <c>peer.proto</c> and takes them out again.</summary>
internal static class PeerCodec
{
    internal static Protocol.Request Encode(PeerRequest request) => request switch
    {
        ReadReplica read => new() { Read = new() { Key = Wrap(read.Key.Utf8) } },
        MergeReplica merge => new() { Merge = new() { Key = Wrap(merge.Key.Utf8), Record = EncodeRecord(merge.Versions) } },
        CoordinateOperation forwarded => new() { Coordinate = Encode(forwarded.Operation) },
        _ => throw new ArgumentException($"Unknown request {request.GetType().Name}.", nameof(request)),
    };

    /// <exception cref="InvalidDataException">The message makes no sense.</exception>
    internal static PeerRequest Decode(Protocol.Request message) => message.KindCase switch
    {
        Protocol.Request.KindOneofCase.Read => new ReadReplica(DecodeKey(message.Read.Key)),
        Protocol.Request.KindOneofCase.Merge => new MergeReplica(DecodeKey(message.Merge.Key), RecordCodec.Decode(message.Merge.Record.Memory)),
        Protocol.Request.KindOneofCase.Coordinate => new CoordinateOperation(Decode(message.Coordinate)),
        _ => throw new InvalidDataException("A peer asks for something this version does not know."),
    };

    internal static Protocol.Answer Encode(PeerAnswer answer) => answer switch
    {
        ReplicaRead read => new() { Record = EncodeRecord(read.Versions) },
        ReplicaMerged => new() { Merged = new() },
        OperationCoordinated coordinated => new() { Result = Encode(coordinated.Result) },
        PeerFailure failure => new() { Failure = new() { Kind = (uint)failure.Kind, Detail = failure.Detail } },
        _ => throw new ArgumentException($"Unknown answer {answer.GetType().Name}.", nameof(answer)),
    };

    /// <exception cref="InvalidDataException">The message makes no sense.</exception>
    internal static PeerAnswer Decode(Protocol.Answer message) => message.KindCase switch
    {
        Protocol.Answer.KindOneofCase.Record => new ReplicaRead(DecodeRecord(message.Record)),
        Protocol.Answer.KindOneofCase.Merged => ReplicaMerged.Instance,
        Protocol.Answer.KindOneofCase.Result => new OperationCoordinated(Decode(message.Result)),
        Protocol.Answer.KindOneofCase.Failure => new PeerFailure((PeerFailureKind)message.Failure.Kind, message.Failure.Detail),
        _ => throw new InvalidDataException("A peer answers something this version does not know."),
    };

    private static Protocol.Operation Encode(KeyOperation operation)
    {
        var message = new Protocol.Operation { Key = Wrap(operation.Key.Utf8), Quorum = (uint)(operation.Quorum ?? 0) };
        switch (operation)
        {
            case GetKey:
                message.Verb = Protocol.Operation.Types.Verb.Get;
                break;
            case CreateKey create:
                message.Verb = Protocol.Operation.Types.Verb.Create;
                message.Value = Wrap(create.Value);
                break;
            case PutKey put:
                message.Verb = Protocol.Operation.Types.Verb.Put;
                message.Value = Wrap(put.Value);
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

    private static KeyOperation Decode(Protocol.Operation message)
    {
        var key = DecodeKey(message.Key);
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

    private static Protocol.Result Encode(OperationResult result)
    {
        var message = new Protocol.Result
        {
            Status = (uint)result.Status,
            Coordinator = result.Coordinator,
            Record = EncodeRecord(result.Versions),
            Needed = (uint)result.Needed,
            Replicas = (uint)result.Replicas,
            Seen = Encode(result.Seen),
        };
        message.Answered.AddRange(result.Answered);
        return message;
    }

    private static OperationResult Decode(Protocol.Result message) =>
        new((OperationStatus)message.Status, message.Coordinator)
        {
            Versions = DecodeRecord(message.Record),
            Answered = [.. message.Answered],
            Needed = (int)message.Needed,
            Replicas = (int)message.Replicas,
            Seen = Decode(message.Seen),
        };

    private static ByteString EncodeRecord(DottedVersionVectorSet record) =>
        record.IsEmpty ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(RecordCodec.Encode(record));

    private static DottedVersionVectorSet DecodeRecord(ByteString bytes) =>
        bytes.IsEmpty ? DottedVersionVectorSet.Empty : RecordCodec.Decode(bytes.Memory);

    private static Key DecodeKey(ByteString bytes) =>
        Key.TryFromUtf8(bytes.Span, out var key) ? key : throw new InvalidDataException("A peer sends a malformed key.");

    // The bytes wrapped are never changed: keys, values and records are immutable.
    private static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);
}
