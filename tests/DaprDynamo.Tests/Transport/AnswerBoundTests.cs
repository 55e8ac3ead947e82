using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Transport;
using Xunit;

namespace DaprDynamo.Tests.Transport;

/// <summary>However much is asked in one batch, what comes back at once stays small.</summary>
public class AnswerBoundTests
{
    private const int Mebibyte = 1024 * 1024;
    private const int Overhead = 1024;

    private static readonly TransportOptions OneBatchAtATime = new() { BatchesInFlightMax = 1 };

    [Theory]
    [InlineData(40, Mebibyte)]
    [InlineData(400, 20_000)]
    public async Task Reads_of_much_data_all_succeed_and_no_answer_is_larger_than_a_batch(int reads, int valueSizeBytes)
    {
        var record = RecordOf(valueSizeBytes);
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult<PeerAnswer>(new ReplicaRead(record)));
        using var sizes = new AnswerSizes();
        using var client = PeerServer.Client(OneBatchAtATime, handler: sizes);

        var answers = await Task.WhenAll(Enumerable.Range(0, reads).Select(number =>
            client.SendAsync(server.Member, new ReadReplica(Key.FromText($"key-{number}")), PeerServer.InSeconds(60), CancellationToken.None)));

        Assert.All(answers, answer => Assert.Equal(valueSizeBytes, Assert.IsType<ReplicaRead>(answer).Versions.Siblings[0].Value.Length));
        Assert.All(sizes.Seen, size => Assert.InRange(size, 1, Mebibyte + Overhead));
    }

    [Fact]
    public async Task A_single_answer_may_be_larger_than_a_batch()
    {
        var record = RecordOf(3 * Mebibyte);
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult<PeerAnswer>(new ReplicaRead(record)));
        using var client = PeerServer.Client(OneBatchAtATime);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            client.SendAsync(server.Member, new ReadReplica(Key.FromText("key")), PeerServer.InSeconds(60), CancellationToken.None)));

        Assert.All(answers, answer => Assert.IsType<ReplicaRead>(answer));
    }

    [Fact]
    public async Task What_changes_something_is_asked_once_however_much_is_read_beside_it()
    {
        var (merges, record) = (0, RecordOf(Mebibyte));
        await using var server = await PeerServer.StartAsync((request, _) => Task.FromResult<PeerAnswer>(
            request is ReadReplica ? new ReplicaRead(record) : Interlocked.Increment(ref merges) > 0 ? ReplicaMerged.Instance : throw new InvalidOperationException()));
        using var client = PeerServer.Client(OneBatchAtATime with { ReadsGoWithWrites = true });
        var small = RecordOf(10);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => client.SendAsync(
            server.Member,
            number % 2 == 0 ? new ReadReplica(Key.FromText("key")) : new MergeReplica(Key.FromText("key"), small, MergeCause.Write, new ClockEcho(1, 1)),
            PeerServer.InSeconds(60),
            CancellationToken.None)));

        Assert.All(answers, answer => Assert.IsNotType<PeerFailure>(answer));
        Assert.Equal(10, merges);
    }

    [Fact]
    public async Task Asking_again_ends_with_the_requests_deadline()
    {
        var (asked, record) = (0, RecordOf(Mebibyte));
        await using var server = await PeerServer.StartAsync(async (_, gone) =>
        {
            // Nothing that is asked again is ever answered.
            await Task.Delay(Interlocked.Increment(ref asked) > 2 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, gone);
            return new ReplicaRead(record);
        });
        using var client = PeerServer.Client(OneBatchAtATime);
        Task<PeerAnswer> Send(double seconds) => client.SendAsync(server.Member, new ReadReplica(Key.FromText("key")), PeerServer.InSeconds(seconds), CancellationToken.None);

        // The first goes alone; the others go together, and only one of their answers fits.
        var answers = await Task.WhenAll(Send(60), Send(60), Send(1));

        Assert.All(answers[..2], answer => Assert.IsType<ReplicaRead>(answer));
        Assert.Equal(PeerFailureKind.NoAnswer, Assert.IsType<PeerFailure>(answers[2]).Kind);
    }

    private static DottedVersionVectorSet RecordOf(int valueSizeBytes) =>
        DottedVersionVectorSet.Empty.Write(VersionVector.Empty, new Actor("node-1", 1, 1), new byte[valueSizeBytes]);

    private sealed class AnswerSizes() : DelegatingHandler(new SocketsHttpHandler())
    {
        internal List<long> Seen { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            lock (Seen)
            {
                Seen.Add(response.Content.Headers.ContentLength ?? 0);
            }

            return response;
        }
    }
}
