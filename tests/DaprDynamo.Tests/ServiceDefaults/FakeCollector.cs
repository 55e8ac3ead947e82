using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Tests.ServiceDefaults;

/// <summary>An OTLP collector that keeps what it gets. Strings stand in protobuf as they are, so tests search the bytes as text.</summary>
internal sealed class FakeCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();

    private FakeCollector(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public IReadOnlyList<Received> All => [.. _received];

    public static async Task<FakeCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var collector = new FakeCollector(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._received.Enqueue(new Received(
                context.Request.Path,
                context.Request.ContentType,
                context.Request.Headers["X-Seq-ApiKey"],
                Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync();
        return collector;
    }

    public string BodiesAt(string path) => string.Concat(All.Where(received => received.Path == path).Select(received => received.Body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Received(string Path, string? ContentType, string? SeqApiKey, string Body);
}
