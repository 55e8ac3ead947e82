using DaprDynamo.IntegrationTests.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>An app that answers how long the body was which reached it, and its sidecar, which wants a token.</summary>
internal sealed class MeasuringApp : IAsyncDisposable
{
    private const string AppId = "measures";
    private const string Token = "shown to the sidecar";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly WebApplication _app = Build();
    private Sidecars? _sidecars;
    private Uri? _method;

    private MeasuringApp() => Http.DefaultRequestHeaders.Add("dapr-api-token", Token);

    /// <summary>A client that shows the token.</summary>
    internal HttpClient Http { get; } = new() { Timeout = Limit };

    /// <summary>Where the sidecar takes calls to the app.</summary>
    internal Uri Method => _method ?? throw new InvalidOperationException("The sidecar is not started.");

    /// <summary>Starts both, and waits until the one takes calls to the other.</summary>
    internal static async Task<MeasuringApp> StartAsync()
    {
        var app = new MeasuringApp();
        try
        {
            await app.PrepareAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_sidecars is not null)
        {
            await _sidecars.DisposeAsync();
        }

        await _app.DisposeAsync();
        Http.Dispose();
        _folder.Dispose();
    }

    private async Task PrepareAsync()
    {
        await _app.StartAsync();
        _sidecars = await Sidecars.StartAsync(_folder.Path, new Dictionary<string, string>(StringComparer.Ordinal) { ["DAPR_API_TOKEN"] = Token });
        var sidecar = _sidecars.Of(AppId, new Uri(_app.Urls.First()));
        sidecar.Start();
        _method = new Uri(sidecar.HttpAddress, $"/v1.0/invoke/{AppId}/method/length");
        await Poll.UntilAsync(AnswersAsync, Limit, () => _sidecars.Output(30));
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var nothing = new ByteArrayContent([]);
            using var answer = await Http.PostAsync(Method, nothing);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        app.MapGet("/healthz/live", () => Results.Ok());
        app.MapPost("/length", async (HttpContext context) =>
        {
            var length = 0L;
            var buffer = new byte[64 * 1024];
            while (await context.Request.Body.ReadAsync(buffer) is > 0 and var count)
            {
                length += count;
            }

            return Results.Text($"{length}");
        });
        return app;
    }
}
