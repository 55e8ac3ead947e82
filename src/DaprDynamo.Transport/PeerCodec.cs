using System.Collections.Immutable;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using Google.Protobuf;

namespace DaprDynamo.Transport;

/// <summary>Puts requests and answers into the messages of <c>peer.proto</c> and takes them out again.</summary>
internal static class PeerCodec
{
    internal static Protocol.Request Encode(PeerRequest request)
    {
        var message = EncodeKind(request);
        message.Epoch = request.Epoch;
        return message;
    }

    /// <exception cref="InvalidDataException">The message makes no sense.</exception>
    internal static PeerRequest Decode(Protocol.Request message, string senderId) => DecodeKind(message) with { SenderId = senderId, Epoch = message.Epoch };

    private static Protocol.Request EncodeKind(PeerRequest request) => request switch
    {
        ReadReplica read => new() { Read = new() { Key = Wrap(read.Key.Utf8) } },
        MergeReplica merge => new()
        {
            Merge = new() { Key = Wrap(merge.Key.Utf8), Record = EncodeRecord(merge.Versions), Cause = (uint)merge.Cause, Echo = Encode(merge.Echo) },
        },
        StoreHint hint => new()
        {
            Hint = new() { Owner = hint.OwnerId, Key = Wrap(hint.Key.Utf8), Record = EncodeRecord(hint.Versions), Echo = Encode(hint.Echo) },
        },
        CoordinateOperation forwarded => new() { Coordinate = Encode(forwarded) },
        Ping => new() { Ping = new() },
        CompareRoots compare => new() { CompareRoots = new() { Roots_ = { compare.Roots.Select(Encode) } } },
        CompareKeys compare => new() { CompareKeys = Encode(compare) },
        ConfirmTombstones confirm => new() { ConfirmTombstones = Encode(confirm.Tombstones) },
        ReapTombstones reap => new() { ReapTombstones = Encode(reap.Tombstones) },
        ListKeys list => new() { ListKeys = ListingCodec.Encode(list) },
        _ => MembershipCodec.Encode(request) ??
            throw new ArgumentException($"Unknown request {request.GetType().Name}.", nameof(request)),
    };

    private static PeerRequest DecodeKind(Protocol.Request message) => message.KindCase switch
    {
        Protocol.Request.KindOneofCase.Read => new ReadReplica(DecodeKey(message.Read.Key)),
        Protocol.Request.KindOneofCase.Merge => new MergeReplica(
            DecodeKey(message.Merge.Key), RecordCodec.Decode(message.Merge.Record.Memory), (MergeCause)message.Merge.Cause, Decode(message.Merge.Echo)),
        Protocol.Request.KindOneofCase.Hint => Decode(message.Hint),
        Protocol.Request.KindOneofCase.Coordinate => new CoordinateOperation(
            OperationCodec.Decode(message.Coordinate), new OperationId(message.Coordinate.Session, (long)message.Coordinate.Number), Decode(message.Coordinate.Echo)),
        Protocol.Request.KindOneofCase.Ping => Ping.Instance,
        Protocol.Request.KindOneofCase.CompareRoots => new CompareRoots([.. message.CompareRoots.Roots_.Select(root => new PartitionRoot((int)root.Partition, root.Root_))]),
        Protocol.Request.KindOneofCase.CompareKeys => Decode(message.CompareKeys),
        Protocol.Request.KindOneofCase.ConfirmTombstones => new ConfirmTombstones(Decode(message.ConfirmTombstones)),
        Protocol.Request.KindOneofCase.ReapTombstones => new ReapTombstones(Decode(message.ReapTombstones)),
        Protocol.Request.KindOneofCase.ListKeys => ListingCodec.Decode(message.ListKeys),
        _ => MembershipCodec.Decode(message) ?? throw new InvalidDataException("A peer asks for something this version does not know."),
    };

    internal static Protocol.Answer Encode(PeerAnswer answer) => answer switch
    {
        ReplicaRead read => new() { Record = EncodeRecord(read.Versions) },
        ReplicaMerged => new() { Merged = new() },
        OperationCoordinated coordinated => new() { Result = OperationCodec.Encode(coordinated.Result) },
        Pong pong => new() { Pong = MembershipCodec.Encode(pong) },
        RootsCompared compared => new() { RootsCompared = Encode(compared) },
        KeysCompared compared => new() { KeysCompared = new() { Different = { compared.Different.Select(key => Wrap(key.Utf8)) } } },
        TombstonesConfirmed confirmed => new() { Verdicts = new() { Verdicts_ = { confirmed.Verdicts.Select(verdict => (uint)verdict) } } },
        TombstonesReaped => new() { Reaped = new() },
        KeysListed listed => new() { KeysListed = ListingCodec.Encode(listed) },
        PeerFailure failure => new() { Failure = new() { Kind = (uint)failure.Kind, Detail = failure.Detail } },
        _ => MembershipCodec.Encode(answer) ?? throw new ArgumentException($"Unknown answer {answer.GetType().Name}.", nameof(answer)),
    };

    /// <exception cref="InvalidDataException">The message makes no sense.</exception>
    internal static PeerAnswer Decode(Protocol.Answer message) => message.KindCase switch
    {
        Protocol.Answer.KindOneofCase.Record => new ReplicaRead(DecodeRecord(message.Record)),
        Protocol.Answer.KindOneofCase.Merged => ReplicaMerged.Instance,
        Protocol.Answer.KindOneofCase.Result => new OperationCoordinated(OperationCodec.Decode(message.Result)),
        Protocol.Answer.KindOneofCase.Pong => MembershipCodec.Decode(message.Pong),
        Protocol.Answer.KindOneofCase.RootsCompared => Decode(message.RootsCompared),
        Protocol.Answer.KindOneofCase.KeysCompared => new KeysCompared([.. message.KeysCompared.Different.Select(DecodeKey)]),
        Protocol.Answer.KindOneofCase.Verdicts => new TombstonesConfirmed([.. message.Verdicts.Verdicts_.Select(verdict => (TombstoneVerdict)verdict)]),
        Protocol.Answer.KindOneofCase.Reaped => TombstonesReaped.Instance,
        Protocol.Answer.KindOneofCase.KeysListed => ListingCodec.Decode(message.KeysListed),
        Protocol.Answer.KindOneofCase.Failure => new PeerFailure((PeerFailureKind)message.Failure.Kind, message.Failure.Detail),
        _ => MembershipCodec.Decode(message) ?? throw new InvalidDataException("A peer answers something this version does not know."),
    };

    private static Protocol.Operation Encode(CoordinateOperation forwarded)
    {
        var message = OperationCodec.Encode(forwarded.Operation);
        (message.Session, message.Number, message.Echo) = (forwarded.Id.Session, (ulong)forwarded.Id.Number, Encode(forwarded.Echo));
        return message;
    }

    private static StoreHint Decode(Protocol.Hint message) => message.Owner.Length > 0
        ? new(message.Owner, DecodeKey(message.Key), RecordCodec.Decode(message.Record.Memory), Decode(message.Echo))
        : throw new InvalidDataException("A peer sends a hint that is nobody's.");

    internal static Protocol.Clock Encode(ClockEcho echo) => new() { Session = echo.Session, ClockMs = echo.ClockMs };

    // A record without an echo has no age: it is refused like one that is too old.
    internal static ClockEcho Decode(Protocol.Clock? message) => message is null ? new(0, -1) : new(message.Session, message.ClockMs);

    private static Protocol.Root Encode(PartitionRoot root) => new() { Partition = (uint)root.Partition, Root_ = root.Root };

    private static Protocol.Keys Encode(CompareKeys compare) => new()
    {
        Partition = (uint)compare.Partition,
        Leaves = compare.Leaves,
        After = EncodeOptional(compare.After),
        UpTo = EncodeOptional(compare.UpTo),
        Digests = { compare.Digests.Select(entry => new Protocol.Digest { Key = Wrap(entry.Key.Utf8), Digest_ = entry.Digest }) },
    };

    private static CompareKeys Decode(Protocol.Keys message) => new(
        (int)message.Partition,
        message.Leaves,
        DecodeOptional(message.After),
        DecodeOptional(message.UpTo),
        [.. message.Digests.Select(entry => new KeyDigest(DecodeKey(entry.Key), entry.Digest_))]);

    private static Protocol.Tombstones Encode(ImmutableArray<Tombstone> tombstones) => new()
    {
        Tombstones_ = { tombstones.Select(tombstone => new Protocol.Tombstone { Key = Wrap(tombstone.Key.Utf8), Record = EncodeRecord(tombstone.Versions) }) },
    };

    private static ImmutableArray<Tombstone> Decode(Protocol.Tombstones message) =>
        [.. message.Tombstones_.Select(tombstone => new Tombstone(DecodeKey(tombstone.Key), DecodeRecord(tombstone.Record)))];

    private static Protocol.RootsCompared Encode(RootsCompared compared) => new()
    {
        Different = { compared.Different.Select(tree => new Protocol.Leaves { Partition = (uint)tree.Partition, Leaves_ = { tree.Leaves } }) },
        NotReady = { compared.NotReady.Select(partition => (uint)partition) },
    };

    private static RootsCompared Decode(Protocol.RootsCompared message) => message.Different.All(tree => tree.Leaves_.Count == HashTree.LeafCount)
        ? new(
            [.. message.Different.Select(tree => new PartitionLeaves((int)tree.Partition, [.. tree.Leaves_]))],
            [.. message.NotReady.Select(partition => (int)partition)])
        : throw new InvalidDataException("A peer sends a malformed hash tree.");

    internal static ByteString EncodeRecord(DottedVersionVectorSet record) =>
        record.IsEmpty ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(RecordCodec.Encode(record));

    internal static DottedVersionVectorSet DecodeRecord(ByteString bytes) =>
        bytes.IsEmpty ? DottedVersionVectorSet.Empty : RecordCodec.Decode(bytes.Memory);

    internal static Key DecodeKey(ByteString bytes) =>
        Key.TryFromUtf8(bytes.Span, out var key) ? key : throw new InvalidDataException("A peer sends a malformed key.");

    // The bytes wrapped are never changed: keys, values and records are immutable.
    internal static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    internal static ByteString EncodeOptional(Key? key) => key is null ? ByteString.Empty : Wrap(key.Utf8);

    internal static Key? DecodeOptional(ByteString bytes) => bytes.IsEmpty ? null : DecodeKey(bytes);
}
