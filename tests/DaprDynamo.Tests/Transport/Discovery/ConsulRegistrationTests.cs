using System.Net;
using System.Text.Json;
using DaprDynamo.Transport.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Tests.Transport.Discovery;

public class ConsulRegistrationTests
{
    private static readonly Uri Address = new("http://10.0.0.1:5081");

    [Fact]
    public async Task What_an_earlier_life_left_registered_is_described_anew_and_only_once()
    {
        using var consul = new FakeAgent(isRegistered: true);
        using var registration = Registration(consul);

        await registration.StartAsync(CancellationToken.None);
        await Poll.UntilAsync(() => consul.Count("GET") >= 3, () => consul.ToString());
        await registration.StopAsync(CancellationToken.None);

        Assert.Equal(1, consul.Count("PUT /v1/agent/service/register"));
        Assert.Equal("PUT /v1/agent/service/deregister/node-1-10.0.0.1-5081", consul.Sent[^1].Request);
    }

    [Fact]
    public async Task A_consul_that_has_forgotten_the_node_is_told_again()
    {
        using var consul = new FakeAgent(isRegistered: false);
        using var registration = Registration(consul);

        await registration.StartAsync(CancellationToken.None);

        await Poll.UntilAsync(() => consul.Count("PUT /v1/agent/service/register") >= 3, () => consul.ToString());
        await registration.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Consul_is_told_who_the_node_is_and_when_to_forget_it()
    {
        using var consul = new FakeAgent(isRegistered: true);
        using var registration = Registration(consul);

        await registration.StartAsync(CancellationToken.None);
        await Poll.UntilAsync(() => consul.Count("PUT") > 0, () => consul.ToString());
        await registration.StopAsync(CancellationToken.None);

        var told = JsonDocument.Parse(consul.Sent[0].Body).RootElement;
        Assert.Equal(("node-1", "10.0.0.1", 5081), (told.GetProperty("Name").GetString(), told.GetProperty("Address").GetString(), told.GetProperty("Port").GetInt32()));
        Assert.Equal(["daprdynamo"], told.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("shop", told.GetProperty("Meta").GetProperty("cluster").GetString());
        Assert.Equal("http://10.0.0.1:5081/healthz/ready", told.GetProperty("Check").GetProperty("HTTP").GetString());
        Assert.Equal("1m", told.GetProperty("Check").GetProperty("DeregisterCriticalServiceAfter").GetString());
    }

    [Fact]
    public async Task A_consul_that_never_answers_holds_neither_the_start_nor_the_stop_of_a_node()
    {
        using var consul = new SilentAgent();
        using var registration = Registration(consul);

        await registration.StartAsync(CancellationToken.None);
        await consul.Asked.Task;
        await registration.StopAsync(new CancellationToken(canceled: true));
    }

    private static ConsulRegistration Registration(HttpMessageHandler consul) => new(
        new ConsulAgent(new Uri("http://localhost:8500"), null, consul, Timeout.InfiniteTimeSpan),
        new ConsulNode("node-1", "shop", ThroughDapr: false, IsDurable: true),
        Address,
        new ImpatientTime(),
        NullLogger<ConsulRegistration>.Instance);

    /// <summary>Consul's agent as far as registrations go.</summary>
    private sealed class FakeAgent(bool isRegistered) : HttpMessageHandler
    {
        private readonly List<(string Request, string Body)> _sent = [];

        internal IReadOnlyList<(string Request, string Body)> Sent
        {
            get
            {
                lock (_sent)
                {
                    return [.. _sent];
                }
            }
        }

        internal int Count(string request) => Sent.Count(sent => sent.Request.StartsWith(request, StringComparison.Ordinal));

        public override string ToString() => string.Join(", ", Sent.Select(sent => sent.Request));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            lock (_sent)
            {
                _sent.Add(($"{request.Method} {request.RequestUri!.AbsolutePath}", body));
            }

            return new HttpResponseMessage(request.Method == HttpMethod.Put || isRegistered ? HttpStatusCode.OK : HttpStatusCode.NotFound)
            {
                Content = new StringContent(request.Method == HttpMethod.Put ? "" : "{}"),
            };
        }
    }

    private sealed class SilentAgent : HttpMessageHandler
    {
        internal TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new HttpResponseMessage();
        }
    }

    /// <summary>A clock on which every wait is over at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
    }
}
