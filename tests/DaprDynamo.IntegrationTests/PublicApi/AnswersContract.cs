using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>What every answer carries: trace and correlation ids, who served, problem documents for errors.</summary>
public abstract class AnswersContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    [Theory]
    [InlineData("correlation-1")]
    [InlineData("8d4f2c1e-5c0e-4a5c-9d0e-0f2d6d1d7a11")]
    [InlineData("A/b=c.d_e~f")]
    public async Task A_correlation_id_is_echoed_on_success_and_on_failure(string id)
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        var found = (await Api.SendAsync(HttpMethod.Get, KeyApi.PathOf(key), null, ("X-Correlation-Id", id))).ShouldHold("1");
        var missing = (await Api.SendAsync(HttpMethod.Get, KeyApi.PathOf(NewKey()), null, ("X-Correlation-Id", id))).ShouldBeProblem(404);
        var refused = (await Api.SendAsync(HttpMethod.Get, KeyApi.PathOf(key) + "?quorum=0", null, ("X-Correlation-Id", id))).ShouldBeProblem(400);

        Assert.All([found, missing, refused], answer => Assert.Equal(id, answer.Headers["X-Correlation-Id"]));
    }

    [Fact]
    public async Task A_trace_parent_is_honoured()
    {
        var trace = Guid.NewGuid().ToString("n");
        var parent = ("traceparent", $"00-{trace}-00f067aa0ba902b7-01");

        var missing = (await Api.SendAsync(HttpMethod.Get, KeyApi.PathOf(NewKey()), null, parent)).ShouldBeProblem(404);
        var refused = (await Api.SendAsync(HttpMethod.Post, KeyApi.PathOf(NewKey()), "{", parent)).ShouldBeProblem(400);

        Assert.Equal(trace, missing.Json.GetProperty("traceId").GetString());
        Assert.Equal(trace, refused.Json.GetProperty("traceId").GetString());
    }

    [Theory]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-00")] // A sidecar without a trace exporter sends this.
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("nonsense")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public async Task A_trace_parent_that_is_none_counts_as_absent(string parent)
    {
        var answer = (await Api.SendAsync(HttpMethod.Get, KeyApi.PathOf(NewKey()), null, ("traceparent", parent))).ShouldBeProblem(404);

        Assert.NotEqual(new string('0', 32), answer.Json.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task Two_requests_have_two_trace_ids()
    {
        var first = (await Api.GetAsync(NewKey())).ShouldBeProblem(404);
        var second = (await Api.GetAsync(NewKey())).ShouldBeProblem(404);

        Assert.NotEqual(first.Json.GetProperty("traceId").GetString(), second.Json.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task Every_success_says_who_served_it()
    {
        var key = NewKey();
        var created = (await Api.PostAsync(key, "1")).ShouldBeJson(201);
        var written = (await Api.PutAsync(key, "2", created.Clock)).ShouldBeJson(200);
        var read = (await Api.GetAsync(key)).ShouldHold("2");
        var deleted = (await Api.DeleteAsync(key)).ShouldBeJson(200);

        Assert.All([created, written, read, deleted], answer =>
        {
            Assert.NotEmpty(answer.Headers["X-Dynamo-Coordinator"]);
            Assert.NotEmpty(answer.Headers["X-Dynamo-Replicas"]);
        });
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("BREW")]
    public async Task Another_verb_answers_405_and_says_which_are_allowed(string verb)
    {
        var answer = (await Api.SendAsync(new HttpMethod(verb), KeyApi.PathOf(NewKey()))).ShouldBe(405);

        var allowed = answer.Headers["Allow"].Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal);
        Assert.Equal(["DELETE", "GET", "POST", "PUT"], allowed);
        if (verb != "HEAD")
        {
            answer.ShouldBeProblem(405);
        }
    }

    [Fact]
    public async Task A_path_nobody_serves_answers_404_as_a_problem() =>
        (await Api.SendAsync(HttpMethod.Get, "/v2/key")).ShouldBeProblem(404);
}
