using DaprDynamo.Contracts.Hub;
using DaprDynamo.Portal.Hubs;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Tests.Live;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Portal.Tests.Hubs;

public sealed class HubPublisherTests : IDisposable
{
    private readonly LiveCluster _cluster = new();
    private readonly TraceLog _traces = new();
    private readonly Clients _clients = new();
    private readonly HubAudience _audience;
    private readonly HubPublisher _publisher;

    public HubPublisherTests()
    {
        _audience = new HubAudience(_traces);
        _publisher = new HubPublisher(
            _clients, _audience, new HubMessages(_cluster, TimeProvider.System), _cluster, _traces, TimeProvider.System, NullLogger<HubPublisher>.Instance);
    }

    public void Dispose() => _publisher.Dispose();

    [Fact]
    public void A_client_that_takes_no_message_keeps_no_other_waiting_and_gets_no_more_meanwhile()
    {
        _clients.Stalled.Add("slow");
        _audience.Enter("slow", ClusterHubGroups.Traces);
        _audience.Enter("quick", ClusterHubGroups.Traces);
        for (var count = 1; count <= 3; count++)
        {
            _traces.Add("node-1", [SomeRequests.Put(1)]);
            _publisher.TellAll();
        }

        Assert.Single(_clients.Told("slow"));
        Assert.Equal(3, _clients.Told("quick").Count);
    }

    [Fact]
    public void Who_begins_to_watch_the_ring_is_told_it_once_and_again_when_it_changes()
    {
        _cluster.Change(_ => Clusters.Of(3));
        _audience.Enter("a", ClusterHubGroups.Ring);
        _publisher.TellAll();
        _publisher.TellAll();
        Assert.Single(_clients.Told("a"));
        _cluster.Change(snapshot => snapshot with { Trouble = "It is gone." });
        _publisher.TellAll();
        Assert.Equal("It is gone.", Assert.IsType<RingMessage>(_clients.Told("a")[^1]).Trouble);
    }

    [Fact]
    public void The_halves_of_a_request_have_one_id_and_what_did_not_fit_is_counted()
    {
        _audience.Enter("a", ClusterHubGroups.Traces);
        _traces.Add("node-1", [SomeRequests.Put(1, SomeRequests.Call("node-2", "Coordinate", 0, 1))]);
        _publisher.TellAll();
        _traces.Add("node-2", [SomeRequests.Put(1) with { IsForwarded = true }]);
        _publisher.TellAll();
        var told = _clients.Told("a").Cast<Traces>().ToList();
        Assert.Null(Assert.Single(told[0].Messages).CoordinatorId);
        Assert.Equal("node-2", Assert.Single(told[1].Messages).CoordinatorId);
        Assert.Equal(told[0].Messages[0].Id, told[1].Messages[0].Id);

        _traces.Add("node-1", Enumerable.Range(0, 600).Select(number => SomeRequests.Put(1) with { TraceId = $"t{number}" }));
        _publisher.TellAll();
        var last = Assert.IsType<Traces>(_clients.Told("a")[^1]);
        Assert.Equal((500, 100), (last.Messages.Count, last.Missed));
    }

    private sealed record Traces(IReadOnlyList<TraceMessage> Messages, int Missed);

    private sealed class Clients : IHubContext<ClusterHub, IClusterHubClient>, IHubClients<IClusterHubClient>
    {
        private readonly List<(string ConnectionId, object Message)> _told = [];

        internal HashSet<string> Stalled { get; } = [];

        public IClusterHubClient All => throw new NotSupportedException();

        public IGroupManager Groups => throw new NotSupportedException();

        IHubClients<IClusterHubClient> IHubContext<ClusterHub, IClusterHubClient>.Clients => this;

        public IClusterHubClient Client(string connectionId) => new Recorder(this, connectionId);

        public IClusterHubClient AllExcept(IReadOnlyList<string> excludedConnectionIds) => throw new NotSupportedException();

        IClusterHubClient IHubClients<IClusterHubClient>.Clients(IReadOnlyList<string> connectionIds) => throw new NotSupportedException();

        public IClusterHubClient Group(string groupName) => throw new NotSupportedException();

        public IClusterHubClient GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => throw new NotSupportedException();

        IClusterHubClient IHubClients<IClusterHubClient>.Groups(IReadOnlyList<string> groupNames) => throw new NotSupportedException();

        public IClusterHubClient User(string userId) => throw new NotSupportedException();

        public IClusterHubClient Users(IReadOnlyList<string> userIds) => throw new NotSupportedException();

        internal IReadOnlyList<object> Told(string connectionId) => [.. _told.Where(told => told.ConnectionId == connectionId).Select(told => told.Message)];

        private Task Take(string connectionId, object message)
        {
            _told.Add((connectionId, message));
            return Stalled.Contains(connectionId) ? new TaskCompletionSource().Task : Task.CompletedTask;
        }

        private sealed class Recorder(Clients clients, string connectionId) : IClusterHubClient
        {
            public Task RingChanged(RingMessage message) => clients.Take(connectionId, message);

            public Task TracesAdded(IReadOnlyList<TraceMessage> messages, int missed) => clients.Take(connectionId, new Traces(messages, missed));

            public Task ActivityTold(ActivityMessage message) => clients.Take(connectionId, message);
        }
    }
}
