using System.Text;
using System.Text.Json;
using DaprDynamo.IntegrationTests.PublicApi.OddRequests;
using DaprDynamo.IntegrationTests.Wire;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>
/// Requests no client library would send, byte for byte: each gets an answer on its connection that blames the request and
/// shows nothing of our insides, and the node serves on.
/// </summary>
public abstract class OddRequestsContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, OddRequest> Rows =
        new[] { QuorumRows.All, ClockRows.All, KeyRows.All, BodyRows.All, HeaderRows.All }.SelectMany(rows => rows).ToDictionary(row => row.Name);

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_odd_request_is_answered_as_the_contract_says(string name)
    {
        var row = Rows[name];
        var written = NewKey("odd-written");
        var other = NewKey("odd-other");
        var at = new OddSetting(Api.Address.Authority, NewKey("odd"), written, await CreatedAsync(written, "1"), await CreatedAsync(other, "1"));

        var reply = await ExchangeAsync(row.Bytes(at), row.IsHead);

        var shown = $"{name} -> {Encoding.Latin1.GetString(reply.Head.Span)}{(reply.Text.Length > 1_000 ? reply.Text[..1_000] : reply.Text)}";
        Assert.True(row.Allowed.Contains(reply.Status), $"Expected {string.Join(" or ", row.Allowed)}: {shown}");
        ApiAssertions.ShouldShowNoInsides(reply.Text);
        if (reply.Status >= 400 && !row.IsHead && !(row.ServerMayRefuse && reply.Body.IsEmpty))
        {
            ShouldBeProblem(reply, shown);
        }

        if (reply.Status == 201 && row.Stores is { } value)
        {
            (await Api.GetAsync(at.Fresh)).ShouldHold(value);
        }
        else if (reply.Status >= 400)
        {
            (await Api.GetAsync(at.Fresh)).ShouldBe(404);
            (await Api.GetAsync(at.Written)).ShouldHold("1");
        }

        (await Api.PostAsync(NewKey("odd-after"), "1")).ShouldBeJson(201);
    }

    private static void ShouldBeProblem(WireReply reply, string shown)
    {
        Assert.True(reply.Header("Content-Type")?.StartsWith("application/problem+json", StringComparison.Ordinal), $"Expected a problem document: {shown}");
        using var problem = JsonDocument.Parse(reply.Body);
        Assert.True(problem.RootElement.TryGetProperty("traceId", out var trace) && trace.GetString() is { Length: > 0 }, $"Expected a trace id: {shown}");
        Assert.True(
            problem.RootElement.TryGetProperty("status", out var status) && status.GetInt32() == reply.Status, $"Expected the status inside: {shown}");
    }

    private async Task<WireReply> ExchangeAsync(byte[] request, bool isHead)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        using var connection = await WireConnection.OpenAsync(Api.Address, limit.Token);

        // Reading starts first: a server may refuse, and close, before it has taken the whole request.
        var reading = connection.ReadAsync(isHead, limit.Token);
        var sending = connection.SendAsync(request, limit.Token).AsTask();
        try
        {
            return await reading;
        }
        finally
        {
            // Either all is sent by now or nobody wants the rest.
            connection.Dispose();
            await sending.ContinueWith(static sent => sent.Exception, TaskScheduler.Default);
        }
    }
}
