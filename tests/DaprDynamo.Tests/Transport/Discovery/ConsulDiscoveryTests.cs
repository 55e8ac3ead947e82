using System.Net;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Tests.Transport.Dapr;
using DaprDynamo.Transport.Discovery;
using Xunit;

namespace DaprDynamo.Tests.Transport.Discovery;

public class ConsulDiscoveryTests
{
    private const string Catalog = """{"consul":[],"node-1":["daprdynamo"],"node-2":["daprdynamo"],"node-3":["x","daprdynamo"],"shop":["x"]}""";

    [Fact]
    public async Task Nodes_are_the_tagged_services_and_healthy_ones_come_first()
    {
        using var consul = Consul(("node-2", Instance("10.0.0.2", 5082, "critical")), ("node-3", Instance("10.0.0.3", 5083, "passing")));

        var found = await Discovery(consul).LookAsync(CancellationToken.None);

        Assert.Null(found.Trouble);
        Assert.Equal([new Seed("node-3", new Uri("http://10.0.0.3:5083")), new Seed("node-2", new Uri("http://10.0.0.2:5082"))], found.Seeds);
    }

    [Fact]
    public async Task Through_dapr_their_names_are_enough()
    {
        using var consul = Consul(("node-2", Instance("10.0.0.2", 3502, "passing")), ("node-3", "[]"));

        var found = await Discovery(consul, throughDapr: true).LookAsync(CancellationToken.None);

        Assert.Equal([new Seed("node-2", new Uri("http://node-2"))], found.Seeds);
    }

    [Fact]
    public async Task Nodes_of_other_clusters_and_unusable_addresses_are_no_seeds()
    {
        using var consul = Consul(("node-2", Instance("10.0.0.2", 5082, "passing", cluster: "another")), ("node-3", Instance("not a host", 0, "passing")));

        Assert.Empty((await Discovery(consul).LookAsync(CancellationToken.None)).Seeds);
    }

    [Fact]
    public async Task One_service_that_cannot_be_looked_up_hides_no_other_and_is_told_of()
    {
        using var consul = Consul(("node-2", "<html>"), ("node-3", Instance("10.0.0.3", 5083, "passing")));

        var found = await Discovery(consul).LookAsync(CancellationToken.None);

        Assert.Equal(new Seed("node-3", new Uri("http://10.0.0.3:5083")), Assert.Single(found.Seeds));
        Assert.Contains("/v1/health/service/node-2", found.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "")]
    [InlineData(HttpStatusCode.Forbidden, "Permission denied")]
    [InlineData(HttpStatusCode.OK, "<html>")]
    [InlineData(HttpStatusCode.OK, """{"node-1":7}""")]
    [InlineData(HttpStatusCode.OK, """["node-1"]""")]
    public async Task Rubbish_is_trouble_and_nothing_worse(HttpStatusCode status, string body)
    {
        using var consul = new StubHandler(_ => StubHandler.Json(body, status));

        var found = await Discovery(consul).LookAsync(CancellationToken.None);

        Assert.Empty(found.Seeds);
        Assert.Contains("Consul", found.Trouble, StringComparison.Ordinal);
        Assert.Contains("Consul", await Discovery(consul).ObjectToFormingAsync(someAreSilent: false, CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_nodes_that_would_form_a_cluster_at_once_one_does()
    {
        using var consul = new FakeStore();
        var (first, second) = (Discovery(consul, nodeId: "node-1"), Discovery(consul, nodeId: "node-2"));

        var objections = await Task.WhenAll(first.ObjectToFormingAsync(false, CancellationToken.None), second.ObjectToFormingAsync(false, CancellationToken.None));

        Assert.Single(objections, objection => objection is null);

        // It may crash between saying so and doing so; then it is the one again.
        Assert.Null(await (objections[0] is null ? first : second).ObjectToFormingAsync(false, CancellationToken.None));
        Assert.Contains("delete the key", await (objections[0] is null ? second : first).ObjectToFormingAsync(false, CancellationToken.None), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_founder_that_is_gone_is_replaced_only_when_its_cluster_was_in_memory(bool isDurable, bool isReplaced)
    {
        using var consul = new FakeStore();
        Assert.Null(await Discovery(consul, nodeId: "node-1", isDurable: isDurable).ObjectToFormingAsync(false, CancellationToken.None));

        var objection = await Discovery(consul, nodeId: "node-2", isDurable: isDurable).ObjectToFormingAsync(false, CancellationToken.None);

        Assert.Equal(isReplaced, objection is null);
    }

    [Theory]
    [InlineData(true, 7, true)]
    [InlineData(true, 8, false)]
    [InlineData(false, 8, true)]
    public async Task A_founder_that_lost_its_disk_forms_no_second_cluster(bool isDurable, ulong generationAfter, bool mayForm)
    {
        using var consul = new FakeStore();
        Assert.Null(await Discovery(consul, isDurable: isDurable, generation: 7).ObjectToFormingAsync(false, CancellationToken.None));

        var objection = await Discovery(consul, isDurable: isDurable, generation: generationAfter).ObjectToFormingAsync(false, CancellationToken.None);

        Assert.Equal(mayForm, objection is null);
        if (!mayForm)
        {
            Assert.Contains("delete the key daprdynamo/shop/founder", objection, StringComparison.Ordinal);
            Assert.Null(await Discovery(consul, isDurable: isDurable, generation: 7).ObjectToFormingAsync(false, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_founder_of_an_earlier_version_is_taken_at_its_word_and_from_then_on_by_its_data_folder()
    {
        using var consul = new FakeStore();
        consul.Write("""{"NodeId":"node-1","IsDurable":true}""");

        Assert.Contains("delete the key", await Discovery(consul, nodeId: "node-2").ObjectToFormingAsync(false, CancellationToken.None), StringComparison.Ordinal);
        Assert.Null(await Discovery(consul, generation: 7).ObjectToFormingAsync(false, CancellationToken.None));
        Assert.NotNull(await Discovery(consul, generation: 8).ObjectToFormingAsync(false, CancellationToken.None));
    }

    [Fact]
    public async Task Nobody_forms_a_cluster_while_a_listed_node_is_silent()
    {
        using var consul = new FakeStore();

        Assert.NotNull(await Discovery(consul).ObjectToFormingAsync(someAreSilent: true, CancellationToken.None));
        Assert.Null(consul.Value);
    }

    private static ConsulDiscovery Discovery(HttpMessageHandler handler, bool throughDapr = false, string nodeId = "node-1", bool isDurable = true, ulong generation = 1) => new(
        new ConsulAgent(new Uri("http://localhost:8500"), "token", handler, TimeSpan.FromSeconds(5)), new ConsulNode(nodeId, "shop", throughDapr, isDurable), () => generation);

    private static StubHandler Consul(params (string Service, string Health)[] services) => new(request =>
        request.RequestUri!.AbsolutePath == "/v1/catalog/services" ? StubHandler.Json(Catalog)
        : services.FirstOrDefault(service => request.RequestUri.AbsolutePath == $"/v1/health/service/{service.Service}") is (_, { } health) ? StubHandler.Json(health)
        : new HttpResponseMessage(HttpStatusCode.NotFound));

    private static string Instance(string host, int port, string status, string cluster = "shop") =>
        $$"""[{ "Node": { "Address": "10.0.0.9" }, "Service": { "Address": "{{host}}", "Port": {{port}}, "Meta": { "cluster": "{{cluster}}" } }, "Checks": [{ "Status": "passing" }, { "Status": "{{status}}" }] }]""";

    /// <summary>One key of Consul's store, with its check-and-set; no service is registered.</summary>
    private sealed class FakeStore : HttpMessageHandler
    {
        private readonly Lock _lock = new();

        internal byte[]? Value { get; private set; }

        private ulong Index { get; set; }

        internal void Write(string value) => (Value, Index) = (System.Text.Encoding.UTF8.GetBytes(value), Index + 1);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            lock (_lock)
            {
                if (request.RequestUri!.AbsolutePath.StartsWith("/v1/health/", StringComparison.Ordinal))
                {
                    return StubHandler.Json("[]");
                }

                Assert.Equal("/v1/kv/daprdynamo/shop/founder", request.RequestUri.AbsolutePath);
                if (request.Method == HttpMethod.Get)
                {
                    return Value is null
                        ? new HttpResponseMessage(HttpStatusCode.NotFound)
                        : StubHandler.Json($$"""[{"Value":"{{Convert.ToBase64String(Value)}}","ModifyIndex": {{Index}} }]""");
                }

                var fits = request.RequestUri.Query == $"?cas={Index}";
                (Value, Index) = fits ? (body, Index + 1) : (Value, Index);
                return StubHandler.Json(fits ? "true" : "false");
            }
        }
    }
}
