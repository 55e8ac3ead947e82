using System.Net;
using System.Text.Json;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>What a sidecar lets through to its app, the stand-in as a real one: nothing without its token, and no more than the size it was started with.</summary>
public sealed class SidecarLimitsTests
{
    private const int BodySizeBytesMax = 64 * 1024 * 1024;

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Whoever_does_not_show_its_token_is_refused(string? token)
    {
        Needs.Consul();
        await using var app = await MeasuringApp.StartAsync();
        using var client = new HttpClient();
        if (token is not null)
        {
            client.DefaultRequestHeaders.Add("dapr-api-token", token);
        }

        using var refused = await client.GetAsync(app.Method);
        using var health = await client.GetAsync(new Uri(app.Method, "/v1.0/healthz/outbound"));

        Assert.Equal((HttpStatusCode.Unauthorized, "text/plain"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        Assert.Equal("invalid api token", (await refused.Content.ReadAsStringAsync()).Trim());
        Assert.True(health.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_body_that_says_it_is_too_long_is_refused()
    {
        Needs.Consul();
        await using var app = await MeasuringApp.StartAsync();
        using var fits = new ByteArrayContent(new byte[BodySizeBytesMax]);
        using var tooLong = new ByteArrayContent(new byte[BodySizeBytesMax + 1]);

        using var taken = await app.Http.PostAsync(app.Method, fits);
        using var refused = await app.Http.PostAsync(app.Method, tooLong);

        Assert.Equal($"{BodySizeBytesMax}", await taken.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        var error = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("ERR_DIRECT_INVOKE", error.GetProperty("errorCode").GetString());
        Assert.Contains("stream too large", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_say_how_long_it_is_arrives_cut_and_nobody_is_told()
    {
        Needs.Consul();
        await using var app = await MeasuringApp.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Method) { Content = new ByteArrayContent(new byte[BodySizeBytesMax + 1]) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await app.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"{BodySizeBytesMax}", await answer.Content.ReadAsStringAsync());
    }
}
