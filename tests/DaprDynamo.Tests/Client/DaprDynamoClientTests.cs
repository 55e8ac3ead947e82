using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DaprDynamo.Client;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.PublicApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace DaprDynamo.Tests.Client;

public class DaprDynamoClientTests(RunningStore store) : IClassFixture<RunningStore>
{
    private sealed record Cart(string Owner, int[] Items);

    [Fact]
    public async Task A_value_is_created_read_replaced_and_deleted()
    {
        var client = store.Client();
        var created = await client.CreateAsync("cart/1", new Cart("ann", [1, 2]));
        var read = await client.GetAsync<Cart>("cart/1");
        await client.PutAsync("cart/1", read.Value with { Items = [3] }, read.Clock!);

        Assert.True(created.Created);
        Assert.Equal(created.Current.Clock, read.Clock);
        Assert.Equal(3, Assert.Single((await client.GetAsync<Cart>("cart/1")).Value.Items));
        Assert.True(await client.DeleteAsync("cart/1"));
        Assert.False((await client.GetAsync<Cart>("cart/1")).Exists);
        Assert.False(await client.DeleteAsync("cart/1"));
    }

    [Fact]
    public async Task A_value_as_deep_as_the_store_takes_is_written_and_read_and_its_replica_told()
    {
        var text = new string('[', KeyApi.ValueDepthMax) + new string(']', KeyApi.ValueDepthMax);
        var deep = JsonElement.Parse(text, ApiJson.DocumentOptions);
        var client = store.Client();
        await client.CreateAsync("deep", deep);

        Assert.Equal(text, (await client.GetAsync<JsonElement>("deep")).Value.GetRawText());
        using var http = new HttpClient { BaseAddress = store.Address };
        var replica = await http.GetFromJsonAsync<ReplicaResponse>(new Uri("/admin/replica?key=deep", UriKind.Relative), ApiJson.Options);
        Assert.Equal(text, Assert.Single(replica!.Record!.Values).GetRawText());
    }

    [Fact]
    public async Task Creating_what_is_there_tells_what_is_there()
    {
        var client = store.Client();
        await client.CreateAsync("taken", 1);

        var second = await client.CreateAsync("taken", 2);

        Assert.False(second.Created);
        Assert.Equal(1, second.Current.Value);
        Assert.NotNull(second.Current.Clock);
    }

    [Fact]
    public async Task Concurrent_values_are_told_and_a_single_one_cannot_be_had()
    {
        var client = store.Client();
        var clock = (await client.CreateAsync("conflict", 0)).Current.Clock!;
        await client.PutAsync("conflict", 1, clock);
        await client.PutAsync("conflict", 2, clock);

        var read = await client.GetAsync<int>("conflict");

        Assert.True(read.HasConflict);
        Assert.Equal([1, 2], read.Siblings.Order());
        Assert.Throws<InvalidOperationException>(() => read.Value);
    }

    [Theory]
    [InlineData("plain-key_1~.x")]
    [InlineData("a/b//c")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../admin/ring")]
    [InlineData("50% off?#&+=")]
    [InlineData("schlüssel 😀")]
    [InlineData("nul\0byte")]
    public async Task Any_key_reaches_the_store_as_it_is(string key)
    {
        var client = store.Client();
        await client.CreateAsync(key, key);

        Assert.Equal(key, (await client.GetAsync<string>(key)).Value);
        Assert.True(await client.DeleteAsync(key));
    }

    [Fact]
    public async Task Keys_that_no_store_would_take_are_refused_before_they_are_sent()
    {
        var client = store.Client(new Stub(_ => throw new InvalidOperationException("Nothing was to be sent.")));

        foreach (var key in (string[])["", new string('a', 1025), "\uD800"])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync<int>(key));
        }
    }

    [Fact]
    public async Task Many_writers_that_add_to_one_value_lose_nothing()
    {
        var client = store.Client();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => client.UpdateAsync<HashSet<int>>(
            "set", values => [.. values.SelectMany(value => value), number], triesMax: 1000)));

        var final = await client.UpdateAsync<HashSet<int>>("set", values => [.. values.SelectMany(value => value)]);
        Assert.Equal(Enumerable.Range(0, 12), final.Value.Order());
    }

    [Fact]
    public async Task An_update_gives_up_when_others_come_in_between_every_time()
    {
        var client = store.Client();
        var clock = (await client.CreateAsync("busy", 0)).Current.Clock!;
        var intruder = store.Client();
        var calls = 0;

        await Assert.ThrowsAsync<DaprDynamoException>(() => client.UpdateAsync<int>(
            "busy",
            values =>
            {
                calls++;
                intruder.PutAsync("busy", 100 + calls, clock).GetAwaiter().GetResult();
                return values.Max();
            },
            triesMax: 3));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_bad_clock_is_told_as_the_callers_mistake()
    {
        var error = await Assert.ThrowsAsync<DaprDynamoRequestException>(() => store.Client().PutAsync("key", 1, "no clock"));

        Assert.Equal(ProblemTypes.BadClock, error.ProblemType);
        Assert.NotNull(error.TraceId);
    }

    [Fact]
    public async Task Too_few_replicas_are_told_with_the_counts()
    {
        var client = Answering(HttpStatusCode.GatewayTimeout, $$"""{"type":"{{ProblemTypes.QuorumNotReached}}","detail":"d","needed":2,"answered":1,"replicas":3,"traceId":"t"}""");

        var error = await Assert.ThrowsAsync<QuorumNotReachedException>(() => client.GetAsync<int>("key"));

        Assert.Equal((2, 1, 3, "t"), (error.Needed, error.Answered, error.Replicas, error.TraceId));
    }

    [Fact]
    public async Task Overload_is_told_with_the_time_to_wait()
    {
        var client = Answering(HttpStatusCode.ServiceUnavailable, $$"""{"type":"{{ProblemTypes.Overloaded}}","detail":"d"}""", response => response.Headers.Add("Retry-After", "3"));

        Assert.Equal(TimeSpan.FromSeconds(3), (await Assert.ThrowsAsync<DaprDynamoOverloadedException>(() => client.GetAsync<int>("key"))).RetryAfter);
    }

    [Theory]
    [InlineData(500, """{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: node-1"}""")]
    [InlineData(502, "<html>Bad gateway</html>")]
    [InlineData(404, "<html>No such page</html>")]
    [InlineData(200, "<html>Welcome</html>")]
    [InlineData(200, """{"unexpected":true}""")]
    [InlineData(500, "")]
    public async Task An_answer_that_is_not_the_stores_is_told_as_such(int status, string body)
    {
        var error = await Assert.ThrowsAsync<DaprDynamoUnavailableException>(() => Answering((HttpStatusCode)status, body).GetAsync<int>("key"));

        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_told_as_such()
    {
        var client = store.Client(new Stub(_ => throw new HttpRequestException("refused")));

        await Assert.ThrowsAsync<DaprDynamoUnavailableException>(() => client.GetAsync<int>("key"));
    }

    [Fact]
    public async Task Through_a_sidecar_the_app_id_and_the_token_go_along_and_the_length_is_known()
    {
        HttpRequestMessage? sent = null;
        long? length = null;
        var http = new HttpClient(new Stub(request =>
        {
            (sent, length) = (request, request.Content!.Headers.ContentLength);
            return Respond(HttpStatusCode.Created, """{"message":"Created.","clock":"c"}""");
        }));
        var client = new DaprDynamoClient(http, new DaprDynamoClientOptions { BaseAddress = new Uri("http://localhost:3500"), DaprAppId = "node-1", BearerToken = "secret" });

        await client.CreateAsync("a/b", 1, quorum: 3);

        Assert.Equal("http://localhost:3500/v1.0/invoke/node-1/method/v1/YS9i?encoding=base64url&quorum=3", sent!.RequestUri!.AbsoluteUri);
        Assert.Equal("Bearer secret", sent.Headers.Authorization!.ToString());
        Assert.NotNull(length);
    }

    [Fact]
    public async Task An_application_gets_the_client_from_its_services()
    {
        await using var services = new ServiceCollection().AddDaprDynamoClient(options => options.BaseAddress = store.Address).Services.BuildServiceProvider();

        Assert.False((await services.GetRequiredService<DaprDynamoClient>().GetAsync<JsonElement>("nothing here")).Exists);
    }

    [Fact]
    public async Task Bad_options_fail_the_applications_start()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddDaprDynamoClient(options => options.BaseAddress = new Uri("ftp://x"))).Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
    }

    private DaprDynamoClient Answering(HttpStatusCode status, string body, Action<HttpResponseMessage>? change = null) => store.Client(new Stub(_ =>
    {
        var response = Respond(status, body);
        change?.Invoke(response);
        return response;
    }));

    private static HttpResponseMessage Respond(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private sealed class Stub(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
