using System.Diagnostics;
using DaprDynamo.ServiceDefaults.Correlation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DaprDynamo.Tests.ServiceDefaults;

public sealed class CorrelationIdTests
{
    private const string Header = "X-Correlation-Id";

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(app =>
    {
        app.MapGet("/seen", (HttpContext context, ILogger<CorrelationIdTests> logger) =>
        {
            logger.LogInformation("working");
            return $"{context.GetCorrelationId()} {Activity.Current?.TraceId.ToHexString()}";
        });
        app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("handled")));
        app.MapGet("/throws", string () => throw new InvalidOperationException("boom"));
    });

    private static async Task<(string Echoed, string Seen, string Trace)> AskAsync(TestHost host, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/seen");
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await host.Client.SendAsync(request);
        var seen = (await response.Content.ReadAsStringAsync()).Split(' ');
        return (response.Headers.GetValues(Header).Single(), string.Join(' ', seen[..^1]), seen[^1]);
    }

    [Fact]
    public async Task An_id_the_client_sent_is_echoed_seen_by_the_endpoint_and_logged()
    {
        await using var host = await StartAsync();
        var answer = await AskAsync(host, (Header, "order-42/~x"));
        Assert.Equal("order-42/~x", answer.Echoed);
        Assert.Equal("order-42/~x", answer.Seen);
        Assert.Contains($"working correlation=order-42/~x trace={answer.Trace}", host.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_one_the_trace_id_takes_its_place()
    {
        await using var host = await StartAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var answer = await AskAsync(host, ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01"));
        Assert.Equal(trace, answer.Trace);
        Assert.Equal(trace, answer.Echoed);
        Assert.Equal(trace, answer.Seen);
    }

    [Fact]
    public async Task An_all_zero_traceparent_is_treated_as_absent()
    {
        await using var host = await StartAsync();
        var answer = await AskAsync(host, ("traceparent", $"00-{new string('0', 32)}-{new string('0', 16)}-00"));
        Assert.Equal(32, answer.Echoed.Length);
        Assert.NotEqual(new string('0', 32), answer.Echoed);
        Assert.Equal(answer.Trace, answer.Echoed);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("tab\there")]
    [InlineData("")]
    public async Task An_id_with_anything_but_visible_ASCII_is_ignored(string sent)
    {
        await using var host = await StartAsync();
        var answer = await AskAsync(host, (Header, sent));
        Assert.Equal(answer.Trace, answer.Echoed);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task An_id_is_taken_up_to_128_characters(int length, bool taken)
    {
        await using var host = await StartAsync();
        var sent = new string('x', length);
        var answer = await AskAsync(host, (Header, sent));
        Assert.Equal(taken, answer.Echoed == sent);
    }

    [Fact]
    public async Task An_id_in_other_letters_than_ASCII_is_ignored()
    {
        // A client library would not send such bytes, so they are written to the socket as they are.
        await using var host = await StartAsync();
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("GET /seen HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Correlation-Id: zo\u00eb\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("zo", answer, StringComparison.Ordinal);
        Assert.Contains(Header, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_request_is_answered_with_its_id_too()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/throws");
        request.Headers.Add(Header, "doomed");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("doomed", response.Headers.GetValues(Header).Single());
    }
}
