using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Transport.Dapr;

/// <summary>
/// Waits until the node's own sidecar takes requests for others, and looks whether it is the node's own. It does not ask for the
/// sidecar's whole health: that waits for the application, which waits for this.
/// </summary>
public sealed class SidecarReadiness : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ComplainEvery = TimeSpan.FromSeconds(10);

    private readonly DaprSettings _settings;
    private readonly string _appId;
    private readonly TimeProvider _time;
    private readonly ILogger<SidecarReadiness> _logger;
    private readonly HttpClient _http;
    private volatile string? _trouble;
    private long _complainedAt;

    /// <summary>Makes it; nothing is asked before the host starts.</summary>
    /// <param name="settings">Where the sidecar is.</param>
    /// <param name="appId">The app id that the sidecar is to have.</param>
    /// <param name="handler">Carries the HTTP requests; disposed with this.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="logger">Told what is waited for.</param>
    public SidecarReadiness(DaprSettings settings, string appId, HttpMessageHandler handler, TimeProvider time, ILogger<SidecarReadiness> logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _appId, _time, _logger) = (settings, appId, time, logger);
        _http = new HttpClient(handler) { BaseAddress = settings.HttpEndpoint, Timeout = AnswerLimit, MaxResponseContentBufferSize = 1024 * 1024 };
        if (settings.ApiToken is { } token)
        {
            _http.DefaultRequestHeaders.Add(DaprSettings.TokenHeader, token);
        }

        _trouble = $"The node waits for its Dapr sidecar at {settings.HttpEndpoint}.";
    }

    /// <summary>Why nothing can be sent through the sidecar yet, in a sentence; null once it is ready.</summary>
    public string? Trouble => _trouble;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await FindTroubleAsync(stoppingToken).ConfigureAwait(false) is { } trouble)
        {
            _trouble = trouble;
            if (_complainedAt == 0 || _time.GetElapsedTime(_complainedAt) >= ComplainEvery)
            {
                _complainedAt = _time.GetTimestamp();
                _logger.LogWarning("{Trouble}", trouble);
            }

            await Task.Delay(LookEvery, _time, stoppingToken).ConfigureAwait(false);
        }

        _trouble = null;
        _logger.LogInformation("The Dapr sidecar of {AppId} at {Endpoint} is ready", _appId, _settings.HttpEndpoint);
    }

    private async Task<string?> FindTroubleAsync(CancellationToken stopping)
    {
        try
        {
            using var health = await _http.GetAsync(new Uri("/v1.0/healthz/outbound", UriKind.Relative), stopping).ConfigureAwait(false);
            if (!health.IsSuccessStatusCode)
            {
                return $"The Dapr sidecar at {_settings.HttpEndpoint} is not ready: it answers {(int)health.StatusCode}.";
            }

            using var answer = await _http.GetAsync(new Uri("/v1.0/metadata", UriKind.Relative), stopping).ConfigureAwait(false);
            if (answer.StatusCode == System.Net.HttpStatusCode.Unauthorized)
            {
                return $"The Dapr sidecar at {_settings.HttpEndpoint} refuses this node: DAPR_API_TOKEN is missing or wrong.";
            }

            // A sidecar that does not tell who it is may be the right one; one that tells of another is not.
            var metadata = answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<Metadata>(stopping).ConfigureAwait(false) : null;
            return metadata?.Id is { } id && id != _appId
                ? $"The sidecar at {_settings.HttpEndpoint} belongs to the Dapr app {id}, and this node is {_appId}: give it the port of its own."
                : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or NotSupportedException or InvalidOperationException
            || (failure is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return $"The node waits for its Dapr sidecar at {_settings.HttpEndpoint}: {failure.Message}";
        }
    }

    private sealed record Metadata([property: JsonPropertyName("id")] string? Id);
}
