using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Batching;
using Xunit;

namespace DaprDynamo.Tests.Transport;

/// <summary>How many bytes really travel.</summary>
public sealed class WireSizeTests : IDisposable
{
    private static readonly IReadOnlyList<MemberRecord> MostMembers = Largest();

    private readonly CountingHandler _counting = new(DirectHandler.Create(new TransportOptions()));

    public void Dispose() => _counting.Dispose();

    [Fact]
    public async Task A_page_of_records_that_resemble_each_other_travels_compressed()
    {
        var page = PageOf(number => System.Text.Encoding.UTF8.GetBytes($$"""{"name":"package-{{number}}","description":"{{string.Concat(Enumerable.Repeat("much the same ", 40))}}"}"""));

        Assert.InRange(await SizeOfAsync(page), 1, PlainSizeOf(page) / 4);
    }

    [Fact]
    public async Task A_page_of_records_that_cannot_be_made_smaller_travels_as_it_is()
    {
        var random = new Random(1);
        var page = PageOf(_ =>
        {
            var bytes = new byte[600];
            random.NextBytes(bytes);
            return bytes;
        });

        // What comes on top is names, clocks and framing: some tens of bytes a record.
        Assert.InRange(await SizeOfAsync(page), PlainSizeOf(page), PlainSizeOf(page) * 5 / 4);
    }

    [Fact]
    public async Task Two_members_of_the_largest_cluster_compare_what_they_know_in_a_few_kilobytes()
    {
        var versions = MostMembers.Select(record => new MemberVersion(record.NodeId, record.Incarnation, record.Version));
        await ExchangeAsync(new SyncMembers("formed", [.. versions], []), new MembersSynced("formed", [], []));

        Assert.InRange(_counting.SentBytes, 256, 16 * 1024);
        Assert.InRange(_counting.ReceivedBytes, 1, 256);
    }

    [Fact]
    public async Task The_records_of_the_largest_cluster_fit_into_one_answer()
    {
        var answer = await ExchangeAsync(new SyncMembers("formed", [], []), new MembersSynced("formed", [.. MostMembers], []));

        Assert.Equal(MostMembers.Count, Assert.IsType<MembersSynced>(answer).Records.Length);
        Assert.InRange(_counting.ReceivedBytes, 256, new TransportOptions().BatchSizeBytesMax / 4);
    }

    private static IReadOnlyList<MemberRecord> Largest()
    {
        // Ids as long as they get, and far more positions than a member of so large a cluster claims.
        const int tokensEach = 32;
        return
        [
            .. Enumerable.Range(0, Gossip.MembersMax).Select(number => new MemberRecord(
                $"node-of-some-rack-{number:000}",
                new Uri($"http://node-of-some-rack-{number:000}.example.org:5000"),
                "zone-c",
                MemberState.Ready,
                Incarnation: ulong.MaxValue,
                Version: ulong.MaxValue,
                [.. Enumerable.Range(0, tokensEach).Select(token => new Token((number * 4) + token, uint.MaxValue / 2))])),
        ];
    }

    private static RecordsPulled PageOf(Func<int, byte[]> value) => new(
        [
            .. Enumerable.Range(0, 200).Select(number => KeyValuePair.Create(
                Key.FromText($"key/{number}"),
                DottedVersionVectorSet.Empty.Write(VersionVector.Empty, new Actor("node-1", 7, 1), value(number)))),
        ],
        IsLast: true);

    private static int PlainSizeOf(RecordsPulled page) => page.Records.Sum(pair => pair.Key.Utf8.Length + (int)pair.Value.ValuesSizeBytes);

    private async Task<long> SizeOfAsync(RecordsPulled page)
    {
        var answer = Assert.IsType<RecordsPulled>(await ExchangeAsync(new PullRecords(1, null), page));
        Assert.Equal(page.Records.Select(pair => (pair.Key, pair.Value)), answer.Records.Select(pair => (pair.Key, pair.Value)));
        return _counting.ReceivedBytes;
    }

    private async Task<PeerAnswer> ExchangeAsync(PeerRequest request, PeerAnswer answer)
    {
        await using var server = await PeerServer.StartAsync((_, _) => Task.FromResult(answer));
        using var client = PeerServer.Client(handler: _counting);
        return await client.SendAsync(server.Member, request with { SenderId = PeerServer.ClientId, Epoch = 1 }, PeerServer.InSeconds(30), CancellationToken.None);
    }

    private sealed class CountingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public long SentBytes { get; private set; }

        public long ReceivedBytes { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            SentBytes += request.Content is null ? 0 : (await request.Content.ReadAsByteArrayAsync(cancellationToken)).Length;
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            ReceivedBytes += response.Content.Headers.ContentLength ?? 0;
            return response;
        }
    }
}
