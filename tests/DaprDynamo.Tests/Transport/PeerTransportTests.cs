using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using DaprDynamo.Cluster.Listing;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Merkle;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Transport;
using Xunit;

namespace DaprDynamo.Tests.Transport;

public class PeerTransportTests
{
    private static readonly Key SomeKey = Key.FromText("schlüssel/mit#allem?");
    private static readonly DottedVersionVectorSet Record = DottedVersionVectorSet.Empty
        .Write(VersionVector.Empty, new Actor("node-1", ulong.MaxValue, 7), "\"value\""u8.ToArray());

    private static readonly ClockEcho Echo = new(ulong.MaxValue, -7);
    private static readonly MemberRecord Member = new("node-9", new Uri("http://localhost:9"), "c", MemberState.Leaving, 2, 3, [new(1, 2)])
    {
        Phase = ChangePhase.Copying, Heirs = [new("node-1", new(1, 3))], RingSteps = 7,
    };

    private static readonly Tombstone Deleted = new(SomeKey, Record.Delete(Record.Context));

    public static TheoryData<string> Requests =>
    [
        "read", "merge", "hint", "get", "create", "put", "delete", "delete-with-clock", "ping", "roots", "keys", "all keys", "confirm", "reap",
        "sync", "look for a cluster", "prepare", "withdraw", "rebalance", "pull", "pull on", "list", "list all",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Every_request_arrives_as_it_was_sent(string name)
    {
        PeerRequest sent = name switch
        {
            "read" => new ReadReplica(SomeKey),
            "merge" => new MergeReplica(SomeKey, Record, MergeCause.Handoff, Echo),
            "hint" => new StoreHint("node-7", SomeKey, Record, Echo),
            "ping" => Ping.Instance,
            "roots" => new CompareRoots([new PartitionRoot(0, 0), new PartitionRoot(255, ulong.MaxValue)]),
            "keys" => new CompareKeys(3, ulong.MaxValue, SomeKey, Key.FromText("z"), [new KeyDigest(Key.FromText("y"), 9)]),
            "all keys" => new CompareKeys(3, 1, null, null, []),
            "confirm" => new ConfirmTombstones([Deleted]),
            "reap" => new ReapTombstones([Deleted]),
            "sync" => new SyncMembers("formed", [new MemberVersion("node-2", 3, 4)], [Member]),
            "look for a cluster" => new SyncMembers(null, [], []),
            "prepare" => new PrepareChange(Member, "digest", IsForced: true),
            "withdraw" => WithdrawChange.Instance,
            "rebalance" => BeginRebalance.Instance,
            "pull" => new PullRecords(7, null),
            "pull on" => new PullRecords(7, SomeKey),
            "list" => new ListKeys([1, 255], Key.FromText("ca"), SomeKey, 50),
            "list all" => new ListKeys([], null, null, 1),
            "get" => Forwarded(new GetKey(SomeKey, null)),
            "create" => Forwarded(new CreateKey(SomeKey, 1, "1.0"u8.ToArray())),
            "put" => Forwarded(new PutKey(SomeKey, int.MaxValue, "2"u8.ToArray(), Record.Context)),
            "delete" => Forwarded(new DeleteKey(SomeKey, 2, null)),
            _ => Forwarded(new DeleteKey(SomeKey, 2, VersionVector.Empty)),
        };
        PeerRequest? received = null;
        await using var server = await PeerServer.StartAsync((request, _) =>
        {
            received = request;
            return Task.FromResult<PeerAnswer>(ReplicaMerged.Instance);
        });
        using var client = PeerServer.Client();

        sent = sent with { SenderId = PeerServer.ClientId, Epoch = 12 };
        await client.SendAsync(server.Member, sent, PeerServer.InSeconds(10), CancellationToken.None);

        Assert.Equal(Comparable(sent), Comparable(received!));
    }

    public static TheoryData<string> Answers => ["read", "nothing", "merged", "coordinated", "pong", "roots", "keys", "verdicts", "reaped", "failure", "synced", "prepared", "objection", "page", "large page", "listed"];

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Every_answer_arrives_as_it_was_given(string name)
    {
        PeerAnswer given = name switch
        {
            "read" => new ReplicaRead(Record),
            "nothing" => new ReplicaRead(DottedVersionVectorSet.Empty),
            "merged" => ReplicaMerged.Instance,
            "coordinated" => new OperationCoordinated(new OperationResult(OperationStatus.Found, "node-9") { Versions = Record, Answered = ["a", "b"], Needed = 2, Replicas = 3 }),
            "pong" => new Pong(Echo, new MemberStatus(ulong.MaxValue, 3, 2, 1, new TransferProgress(1, 2, 3, 4.5))),
            "roots" => new RootsCompared([new PartitionLeaves(7, [.. Enumerable.Range(0, HashTree.LeafCount).Select(leaf => (ulong)leaf)])], [1, 2]),
            "keys" => new KeysCompared([SomeKey]),
            "verdicts" => new TombstonesConfirmed([TombstoneVerdict.Confirmed, TombstoneVerdict.HintPending]),
            "reaped" => TombstonesReaped.Instance,
            "synced" => new MembersSynced("formed", [Member], ["node-3"]),
            "prepared" => new ChangePrepared(null),
            "objection" => new ChangePrepared("Not now."),
            "listed" => new KeysListed([new ListedKey(SomeKey, 2, 1 << 20, 1_795_000_000_000)], SomeKey),
            "page" => new RecordsPulled([KeyValuePair.Create(SomeKey, Record)], IsLast: true),
            "large page" => new RecordsPulled([.. Enumerable.Range(0, 500).Select(number => KeyValuePair.Create(Key.FromText($"key-{number}"), Record))], IsLast: false),
            _ => new PeerFailure(PeerFailureKind.StoreFull, "The disk is full."),
        };
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult(given));
        using var client = PeerServer.Client();

        var received = await client.SendAsync(server.Member, new ReadReplica(SomeKey), PeerServer.InSeconds(10), CancellationToken.None);

        if (given is OperationCoordinated { Result: var expected })
        {
            var result = Assert.IsType<OperationCoordinated>(received).Result;
            Assert.Equal(expected.Versions, result.Versions);
            Assert.Equal(expected.Answered.AsEnumerable(), result.Answered);
            Assert.Equal(expected with { Answered = [], Versions = DottedVersionVectorSet.Empty }, result with { Answered = [], Versions = DottedVersionVectorSet.Empty });
        }
        else
        {
            Assert.Equal(Comparable(given), Comparable(received));
        }
    }

    [Fact]
    public async Task What_waits_for_a_peer_goes_out_together()
    {
        const int requests = 500;
        var gate = new TaskCompletionSource();
        await using var server = await PeerServer.StartAsync(async (_, _) =>
        {
            await gate.Task;
            return ReplicaMerged.Instance;
        });
        using var client = PeerServer.Client();

        var answers = Enumerable.Range(0, requests)
            .Select(_ => client.SendAsync(server.Member, new MergeReplica(SomeKey, Record, MergeCause.Write, Echo), PeerServer.InSeconds(30), CancellationToken.None)).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(answers), answer => Assert.IsType<ReplicaMerged>(answer));
        Assert.Equal(requests, client.Traffic.Requests);
        Assert.InRange(client.Traffic.Batches, 1, 2 + 1);
    }

    [Fact]
    public async Task Heartbeats_are_not_counted_among_what_clients_asked_for()
    {
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult<PeerAnswer>(ReplicaMerged.Instance));
        using var client = PeerServer.Client();

        await client.SendAsync(server.Member, Ping.Instance, PeerServer.InSeconds(30), CancellationToken.None);
        await client.SendAsync(server.Member, new ReadReplica(SomeKey), PeerServer.InSeconds(30), CancellationToken.None);

        Assert.Equal((2, 2, 1, 1), (client.Traffic.Batches, client.Traffic.Requests, client.Traffic.ReplicaBatches, client.Traffic.ReplicaRequests));
    }

    [Fact]
    public async Task A_batch_is_closed_at_its_size_and_a_larger_request_goes_alone()
    {
        var options = new TransportOptions { BatchSizeBytesMax = 1000, BatchesInFlightMax = 1 };
        var gate = new TaskCompletionSource();
        await using var server = await PeerServer.StartAsync(async (_, _) =>
        {
            await gate.Task;
            return ReplicaMerged.Instance;
        });
        using var client = PeerServer.Client(options);
        var large = DottedVersionVectorSet.Empty.Write(VersionVector.Empty, new Actor("a", 1, 1), new byte[5000]);

        var answers = Enumerable.Range(0, 3)
            .Select(_ => client.SendAsync(server.Member, new MergeReplica(SomeKey, large, MergeCause.Write, Echo), PeerServer.InSeconds(30), CancellationToken.None)).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(answers), answer => Assert.IsType<ReplicaMerged>(answer));
        Assert.Equal(3, client.Traffic.Batches);
    }

    [Fact]
    public async Task Beyond_the_bound_a_request_fails_at_once()
    {
        var options = new TransportOptions { WaitingMax = 3, BatchesInFlightMax = 1 };
        var gate = new TaskCompletionSource();
        await using var server = await PeerServer.StartAsync(async (_, _) =>
        {
            await gate.Task;
            return ReplicaMerged.Instance;
        });
        using var client = PeerServer.Client(options);

        // One is on its way, three wait, and there is no room for a fifth.
        var taken = Enumerable.Range(0, 4).Select(_ => client.SendAsync(server.Member, new ReadReplica(SomeKey), PeerServer.InSeconds(30), CancellationToken.None)).ToList();
        var refused = await client.SendAsync(server.Member, new ReadReplica(SomeKey), PeerServer.InSeconds(30), CancellationToken.None);

        var failure = Assert.IsType<PeerFailure>(refused);
        Assert.Equal((PeerFailureKind.Overloaded, true), (failure.Kind, failure.WasNeverSent));
        gate.SetResult();
        Assert.All(await Task.WhenAll(taken), answer => Assert.IsType<ReplicaMerged>(answer));
    }

    [Fact]
    public async Task Beyond_the_bound_in_bytes_a_request_fails_at_once_and_the_room_comes_back()
    {
        var options = new TransportOptions { WaitingSizeBytesMax = 1000, BatchesInFlightMax = 1 };
        var gate = new TaskCompletionSource();
        await using var server = await PeerServer.StartAsync(async (_, _) =>
        {
            await gate.Task;
            return ReplicaMerged.Instance;
        });
        using var client = PeerServer.Client(options);
        Task<PeerAnswer> Send(int sizeBytes) => client.SendAsync(
            server.Member,
            new MergeReplica(SomeKey, DottedVersionVectorSet.Empty.Write(VersionVector.Empty, new Actor("a", 1, 1), new byte[sizeBytes]), MergeCause.Write, Echo),
            PeerServer.InSeconds(30),
            CancellationToken.None);

        // One is on its way, one waits that is larger than the bound itself, and there is no room beside it.
        var taken = new[] { Send(1), Send(5000) };
        var refused = Assert.IsType<PeerFailure>(await Send(1));
        Assert.Equal((PeerFailureKind.Overloaded, true), (refused.Kind, refused.WasNeverSent));

        gate.SetResult();
        Assert.All(await Task.WhenAll(taken), answer => Assert.IsType<ReplicaMerged>(answer));
        Assert.All(await Task.WhenAll(Send(400), Send(400)), answer => Assert.IsType<ReplicaMerged>(answer));
    }

    [Fact]
    public async Task One_request_that_fails_leaves_the_others_of_its_batch_alone()
    {
        await using var server = await PeerServer.StartAsync((request, _) =>
            request is MergeReplica { Key: var key } && key == SomeKey ? throw new InvalidOperationException("secret") : Task.FromResult<PeerAnswer>(ReplicaMerged.Instance));
        using var client = PeerServer.Client();

        var answers = await Task.WhenAll(
            client.SendAsync(server.Member, new MergeReplica(SomeKey, Record, MergeCause.Write, Echo), PeerServer.InSeconds(10), CancellationToken.None),
            client.SendAsync(server.Member, new MergeReplica(Key.FromText("other"), Record, MergeCause.Write, Echo), PeerServer.InSeconds(10), CancellationToken.None));

        var failure = Assert.IsType<PeerFailure>(answers[0]);
        Assert.Equal(PeerFailureKind.Failed, failure.Kind);
        Assert.DoesNotContain("secret", failure.Detail, StringComparison.Ordinal);
        Assert.IsType<ReplicaMerged>(answers[1]);
    }

    [Fact]
    public async Task A_peer_of_another_cluster_refuses()
    {
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult<PeerAnswer>(ReplicaMerged.Instance));
        using var client = PeerServer.Client(cluster: "test/Q32/N3");

        Assert.Equal(PeerFailureKind.Refused, await FailureOf(client, server));
    }

    [Theory]
    [InlineData("secret", "secret", false)]
    [InlineData("secret", "wrong", true)]
    [InlineData("secret", null, true)]
    [InlineData(null, "superfluous", false)]
    public async Task A_peer_without_the_token_is_refused(string? asked, string? shown, bool refused)
    {
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult<PeerAnswer>(ReplicaMerged.Instance), new TransportOptions { ClusterToken = asked });
        using var client = PeerServer.Client(new TransportOptions { ClusterToken = shown });

        Assert.Equal(refused ? PeerFailureKind.Refused : null, await FailureOf(client, server));
    }

    [Fact]
    public async Task Another_node_found_at_a_peers_address_has_done_nothing()
    {
        await using var server = await PeerServer.StartAsync((_, _) => throw new InvalidOperationException("It was not meant."));
        using var client = PeerServer.Client();

        var answer = await client.SendAsync(server.Member with { NodeId = "node-9" }, Ping.Instance, PeerServer.InSeconds(10), CancellationToken.None);

        var failure = Assert.IsType<PeerFailure>(answer);
        Assert.Equal(PeerFailureKind.Unreachable, failure.Kind);
        Assert.Contains("This is peer, and not node-9.", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task Reads_go_with_writes_where_calls_cost_much(bool together, int expectedCalls)
    {
        var release = new TaskCompletionSource();
        await using var server = await PeerServer.StartAsync(async (_, _) =>
        {
            await release.Task;
            return ReplicaMerged.Instance;
        });
        using var client = PeerServer.Client(new TransportOptions { ReadsGoWithWrites = together, BatchesInFlightMax = 1 });
        Task<PeerAnswer> Send(PeerRequest request) => client.SendAsync(server.Member, request, PeerServer.InSeconds(10), CancellationToken.None);

        // The first of a lane goes alone; those that come meanwhile wait for it.
        Task[] first = together ? [Send(new ReadReplica(SomeKey))] : [Send(new ReadReplica(SomeKey)), Send(new MergeReplica(SomeKey, Record, MergeCause.Write, Echo))];
        Task[] then = [Send(new ReadReplica(SomeKey)), Send(new MergeReplica(SomeKey, Record, MergeCause.Write, Echo))];
        release.SetResult();
        await Task.WhenAll([.. first, .. then]);

        Assert.Equal(first.Length + expectedCalls, client.Traffic.Batches);
    }

    [Fact]
    public async Task A_peer_that_is_not_there_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult<PeerAnswer>(ReplicaMerged.Instance));
        using var client = PeerServer.Client();

        var answer = await client.SendAsync(
            server.Member with { Address = new Uri($"http://127.0.0.1:{port}") }, new ReadReplica(SomeKey), PeerServer.InSeconds(10), CancellationToken.None);

        Assert.Equal(PeerFailureKind.Unreachable, Assert.IsType<PeerFailure>(answer).Kind);
    }

    [Fact]
    public async Task A_connection_that_never_opened_has_carried_nothing()
    {
        var neverOpens = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(50),
            ConnectCallback = async (_, givenUp) =>
            {
                await Task.Delay(Timeout.Infinite, givenUp);
                return Stream.Null;
            },
        };
        using var client = PeerServer.Client(handler: neverOpens);

        var failure = Assert.IsType<PeerFailure>(await client.SendAsync(Member, new ReadReplica(SomeKey), PeerServer.InSeconds(10), CancellationToken.None));

        Assert.Equal(PeerFailureKind.Unreachable, failure.Kind);
        Assert.True(failure.CertainlyNotApplied);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_in_time_may_still_have_acted()
    {
        await using var server = await PeerServer.StartAsync(async (_, gone) =>
        {
            await Task.Delay(Timeout.Infinite, gone);
            return ReplicaMerged.Instance;
        });
        using var client = PeerServer.Client();

        var failure = Assert.IsType<PeerFailure>(await client.SendAsync(server.Member, new ReadReplica(SomeKey), PeerServer.InSeconds(0.1), CancellationToken.None));

        Assert.Equal(PeerFailureKind.NoAnswer, failure.Kind);
        Assert.False(failure.CertainlyNotApplied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_was_cut_on_the_way_is_an_error_and_never_data(bool cutRequest)
    {
        var handled = 0;
        await using var server = await PeerServer.StartAsync((_, _) =>
        {
            handled++;
            return Task.FromResult<PeerAnswer>(new ReplicaRead(Record));
        });
        using var client = PeerServer.Client(handler: new Cutter(cutRequest) { InnerHandler = new SocketsHttpHandler() });

        Assert.NotNull(await FailureOf(client, server));
        Assert.Equal(cutRequest ? 0 : 1, handled);
    }

    private static async Task<PeerFailureKind?> FailureOf(DaprDynamo.Transport.Batching.BatchingPeerClient client, PeerServer server) =>
        (await client.SendAsync(server.Member, new ReadReplica(SomeKey), PeerServer.InSeconds(10), CancellationToken.None) as PeerFailure)?.Kind;

    // Values compare by their bytes here; in the records themselves only the dots count.
    private static CoordinateOperation Forwarded(KeyOperation operation) => new(operation, new OperationId(ulong.MaxValue, 3), Echo);

    private static string Comparable(PeerRequest request) => request switch
    {
        CoordinateOperation { Operation: CreateKey create } => $"create {create.Key} {create.Quorum} {((CoordinateOperation)request).Id} {((CoordinateOperation)request).Echo} {Convert.ToHexString(create.Value.Span)}",
        CoordinateOperation { Operation: PutKey put } => $"put {put.Key} {put.Quorum} {Convert.ToHexString(put.Value.Span)} {put.Context}",
        CoordinateOperation { Operation: DeleteKey delete } => $"delete {delete.Key} {delete.Quorum} {delete.Context?.ToString() ?? "no clock"}",
        MergeReplica merge => $"merge {merge.Key} {merge.Versions} {Convert.ToHexString(merge.Versions.Siblings[0].Value.Span)} {merge.Cause} {merge.Echo}",
        CompareRoots compare => string.Join(' ', compare.Roots),
        CompareKeys compare => $"{compare with { Digests = [] }} {string.Join(' ', compare.Digests)}",
        ConfirmTombstones confirm => $"confirm {string.Join(' ', confirm.Tombstones)}",
        ReapTombstones reap => $"reap {string.Join(' ', reap.Tombstones)}",
        SyncMembers sync => $"sync {sync.Formation ?? "none"} {string.Join(' ', sync.Versions)} {Comparable(sync.Records)}",
        ListKeys list => $"list {string.Join(' ', list.Partitions)} {list.Prefix} {list.After} {list.Limit}",
        PrepareChange prepare => $"prepare {Comparable([prepare.Proposed])} {prepare.PredictedDigest} {prepare.IsForced}",
        _ => request.ToString(),
    } + $" of {request.SenderId} at {request.Epoch}";

    private static string Comparable(IEnumerable<MemberRecord> records) =>
        string.Join(' ', records.Select(record => Convert.ToHexString(MemberRecordCodec.Encode(record))));

    private static string Comparable(PeerAnswer answer) => answer switch
    {
        RootsCompared compared => string.Join(' ', compared.Different.Select(tree => $"{tree.Partition}: {string.Join(' ', tree.Leaves)}")) + string.Join(' ', compared.NotReady),
        KeysCompared compared => $"keys {string.Join(' ', compared.Different)}",
        TombstonesConfirmed confirmed => $"verdicts {string.Join(' ', confirmed.Verdicts)}",
        MembersSynced synced => $"{synced.Formation} {Comparable(synced.Records)} {string.Join(' ', synced.Wanted)}",
        KeysListed listed => $"{string.Join(' ', listed.Keys)} {listed.LookedUpTo}",
        RecordsPulled pulled => $"{string.Join(' ', pulled.Records)} {pulled.IsLast}",
        _ => answer.ToString(),
    };

    /// <summary>A sidecar that cuts bodies and says nothing.</summary>
    private sealed class Cutter(bool cutRequest) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (cutRequest)
            {
                request.Content = await CutAsync(request.Content!, cancellationToken);
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (!cutRequest)
            {
                response.Content = await CutAsync(response.Content, cancellationToken);
            }

            return response;
        }

        private static async Task<HttpContent> CutAsync(HttpContent content, CancellationToken cancellationToken)
        {
            var body = await content.ReadAsByteArrayAsync(cancellationToken);
            return new ByteArrayContent(body[..^1]) { Headers = { ContentType = new MediaTypeHeaderValue(PeerProtocol.ContentType) } };
        }
    }
}
