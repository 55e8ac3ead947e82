using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using Google.Protobuf;

namespace DaprDynamo.Transport;

/// <summary>The part of <see cref="PeerCodec"/> that has to do with who belongs to the cluster, and with partitions that move.</summary>
internal static class MembershipCodec
{
    /// <returns>Null when the request is of another kind.</returns>
    internal static Protocol.Request? Encode(PeerRequest request) => request switch
    {
        SyncMembers sync => new()
        {
            SyncMembers = new()
            {
                Formation = sync.Formation ?? "",
                Versions = { sync.Versions.Select(version => new Protocol.MemberVersion { NodeId = version.NodeId, Incarnation = version.Incarnation, Version = version.Version }) },
                Records = { sync.Records.Select(Encode) },
            },
        },
        PrepareChange prepare => new()
        {
            PrepareChange = new() { Proposed = Encode(prepare.Proposed), PredictedDigest = prepare.PredictedDigest, Forced = prepare.IsForced },
        },
        WithdrawChange => new() { WithdrawChange = new() },
        BeginRebalance => new() { BeginRebalance = new() },
        PullRecords pull => new() { PullRecords = new() { Partition = (uint)pull.Partition, After = PeerCodec.EncodeOptional(pull.After) } },
        _ => null,
    };

    /// <returns>Null when the request is of another kind.</returns>
    /// <exception cref="InvalidDataException">The message makes no sense.</exception>
    internal static PeerRequest? Decode(Protocol.Request message) => message.KindCase switch
    {
        Protocol.Request.KindOneofCase.SyncMembers => new SyncMembers(
            message.SyncMembers.Formation.Length == 0 ? null : message.SyncMembers.Formation,
            [.. message.SyncMembers.Versions.Select(version => new MemberVersion(version.NodeId, version.Incarnation, version.Version))],
            [.. message.SyncMembers.Records.Select(DecodeRecord)]),
        Protocol.Request.KindOneofCase.PrepareChange => new PrepareChange(
            DecodeRecord(message.PrepareChange.Proposed), message.PrepareChange.PredictedDigest, message.PrepareChange.Forced),
        Protocol.Request.KindOneofCase.WithdrawChange => WithdrawChange.Instance,
        Protocol.Request.KindOneofCase.BeginRebalance => BeginRebalance.Instance,
        Protocol.Request.KindOneofCase.PullRecords => new PullRecords((int)message.PullRecords.Partition, PeerCodec.DecodeOptional(message.PullRecords.After)),
        _ => null,
    };

    /// <returns>Null when the answer is of another kind.</returns>
    internal static Protocol.Answer? Encode(PeerAnswer answer) => answer switch
    {
        MembersSynced synced => new()
        {
            MembersSynced = new() { Formation = synced.Formation, Records = { synced.Records.Select(Encode) }, Wanted = { synced.Wanted } },
        },
        ChangePrepared prepared => new() { Change = new() { Objection = prepared.Objection ?? "" } },
        RecordsPulled pulled => new() { Page = PageCodec.Encode(pulled) },
        _ => null,
    };

    /// <returns>Null when the answer is of another kind.</returns>
    /// <exception cref="InvalidDataException">The message makes no sense.</exception>
    internal static PeerAnswer? Decode(Protocol.Answer message) => message.KindCase switch
    {
        Protocol.Answer.KindOneofCase.MembersSynced => new MembersSynced(
            message.MembersSynced.Formation, [.. message.MembersSynced.Records.Select(DecodeRecord)], [.. message.MembersSynced.Wanted]),
        Protocol.Answer.KindOneofCase.Change => new ChangePrepared(message.Change.Objection.Length == 0 ? null : message.Change.Objection),
        Protocol.Answer.KindOneofCase.Page => PageCodec.Decode(message.Page),
        _ => null,
    };

    internal static Protocol.Pong Encode(Pong pong) => new()
    {
        Clock = PeerCodec.Encode(pong.Clock),
        ViewDigest = pong.Status.ViewDigest,
        SettledEpoch = pong.Status.SettledEpoch,
        CopiedEpoch = pong.Status.CopiedEpoch,
        KeptEpoch = pong.Status.KeptEpoch,
        PartitionsDone = (uint)pong.Status.Transfer.PartitionsDone,
        PartitionsTotal = (uint)pong.Status.Transfer.PartitionsTotal,
        SizeBytesDone = (ulong)pong.Status.Transfer.SizeBytesDone,
        BytesPerSecond = pong.Status.Transfer.BytesPerSecond,
    };

    internal static Pong Decode(Protocol.Pong message) => new(
        PeerCodec.Decode(message.Clock),
        new MemberStatus(
            message.ViewDigest,
            message.SettledEpoch,
            message.CopiedEpoch,
            message.KeptEpoch,
            new TransferProgress((int)message.PartitionsDone, (int)message.PartitionsTotal, (long)message.SizeBytesDone, message.BytesPerSecond)));

    private static ByteString Encode(MemberRecord record) => UnsafeByteOperations.UnsafeWrap(MemberRecordCodec.Encode(record));

    private static MemberRecord DecodeRecord(ByteString bytes) => MemberRecordCodec.Decode(bytes.Memory);
}
