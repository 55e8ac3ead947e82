using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace DaprDynamo.StandInSidecar;

/// <summary>Registers the sidecar in Consul and finds others there, as Dapr's name resolution component does.</summary>
internal sealed class ConsulNames(SidecarOptions options, ILogger<ConsulNames> logger) : BackgroundService
{
    private const string PortMeta = "DAPR_PORT";

    private readonly HttpClient _http = new() { BaseAddress = options.Configuration.Consul, Timeout = TimeSpan.FromSeconds(90) };
    private readonly ConcurrentDictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    private string ServiceId => string.Create(CultureInfo.InvariantCulture, $"{options.AppId}-{options.Host}-{options.HttpPort}");

    /// <summary>
    /// An address at which a healthy sidecar of the app takes calls from others; null when Consul lists none. What is cached goes
    /// as soon as Consul cannot be asked for changes, and then Consul is asked for every call.
    /// </summary>
    /// <exception cref="HttpRequestException">Consul cannot be asked.</exception>
    internal async Task<Uri?> ResolveAsync(string appId, CancellationToken cancellationToken)
    {
        var cached = options.Configuration.UseCache ? _watched.GetOrAdd(appId, Watch).Addresses : [];
        var addresses = cached.Length > 0 ? cached : (await QueryAsync(appId, "", cancellationToken)).Addresses;
        return addresses.Length == 0 ? null : addresses[Random.Shared.Next(addresses.Length)];
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _stopping.CancelAsync();
        if (options.Configuration.SelfDeregister)
        {
            using var answer = await _http.PutAsync(new Uri($"/v1/agent/service/deregister/{ServiceId}", UriKind.Relative), null, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        _stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Configuration.SelfRegister)
        {
            return;
        }

        try
        {
            using var answer = await _http.PutAsJsonAsync(new Uri("/v1/agent/service/register", UriKind.Relative), Describe(), stoppingToken);
            answer.EnsureSuccessStatusCode();
        }
        catch (HttpRequestException failure)
        {
            // The real one goes on too, and does not try again: nobody will find its application.
            logger.LogError("{AppId} could not be registered in Consul: {Reason}", options.AppId, failure.Message);
        }
    }

    private object Describe() => new
    {
        ID = ServiceId,
        Name = options.AppId,
        options.Configuration.Tags,
        Address = options.Host,
        options.App.Port,
        Meta = new Dictionary<string, string>(options.Configuration.Meta, StringComparer.Ordinal) { [PortMeta] = options.InternalPort.ToString(CultureInfo.InvariantCulture) },
        Checks = options.Configuration.Checks.Count == 0
            ? [new { Name = "Dapr Health Status", CheckID = $"daprHealth:{ServiceId}", Interval = "15s", Timeout = "2s", HTTP = $"http://{options.Host}:{options.HttpPort}/v1.0/healthz", DeregisterCriticalServiceAfter = (string?)null }]
            : options.Configuration.Checks.Select(check => new
            {
                check.Name,
                CheckID = Fill(check.CheckId ?? ""),
                check.Interval,
                check.Timeout,
                HTTP = Fill(check.Http),
                check.DeregisterCriticalServiceAfter,
            }).ToArray(),
    };

    private string Fill(string template) => template
        .Replace("${HOST_ADDRESS}", options.Host, StringComparison.Ordinal)
        .Replace("${DAPR_HTTP_PORT}", options.HttpPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("${APP_PORT}", options.App.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("${APP_ID}", options.AppId, StringComparison.Ordinal);

    private Watched Watch(string appId)
    {
        var watched = new Watched();
        _ = KeepAsync(appId, watched);
        return watched;
    }

    private async Task KeepAsync(string appId, Watched watched)
    {
        var index = "";
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                (watched.Addresses, index) = await QueryAsync(appId, index, _stopping.Token);
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException || !_stopping.IsCancellationRequested)
            {
                (watched.Addresses, index) = ([], "");
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<(Uri[] Addresses, string Index)> QueryAsync(string appId, string index, CancellationToken cancellationToken)
    {
        var wait = index.Length > 0 ? $"&index={index}&wait=60s" : "";
        using var answer = await _http.GetAsync(new Uri($"/v1/health/service/{appId}?passing=1{wait}", UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
        var entries = await answer.Content.ReadFromJsonAsync<Entry[]>(cancellationToken) ?? [];
        return (
            [.. entries.Where(entry => entry.Service.Meta.ContainsKey(PortMeta)).Select(entry => new Uri($"http://{entry.Service.Address}:{entry.Service.Meta[PortMeta]}"))],
            answer.Headers.TryGetValues("X-Consul-Index", out var values) ? values.First() : "");
    }

    private sealed record Entry(Service Service);

    private sealed record Service(string Address, Dictionary<string, string> Meta);

    private sealed class Watched
    {
        internal volatile Uri[] Addresses = [];
    }
}
