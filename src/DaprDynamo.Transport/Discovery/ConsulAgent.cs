using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace DaprDynamo.Transport.Discovery;

/// <summary>
/// The little of Consul's HTTP API that finding and registering nodes takes. Whatever goes wrong is a
/// <see cref="ConsulException"/> with a sentence: Consul helps a node and is never needed by one that runs.
/// </summary>
public sealed class ConsulAgent : IDisposable
{
    private const int AnswerSizeBytesMax = 4 * 1024 * 1024;

    private readonly HttpClient _http;

    /// <summary>Makes the client; nothing is asked yet.</summary>
    /// <param name="address">The agent, <c>http://127.0.0.1:8500</c>.</param>
    /// <param name="token">Its access token; null for none.</param>
    /// <param name="handler">Carries the HTTP requests; disposed with this.</param>
    /// <param name="answerLimit">How long one answer may take.</param>
    public ConsulAgent(Uri address, string? token, HttpMessageHandler handler, TimeSpan answerLimit)
    {
        _http = new HttpClient(handler) { BaseAddress = address, Timeout = answerLimit, MaxResponseContentBufferSize = AnswerSizeBytesMax };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Add("X-Consul-Token", token);
        }
    }

    /// <summary>Where the agent is.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The names of the services that carry a tag.</summary>
    /// <exception cref="ConsulException">Consul gave no usable answer.</exception>
    public async Task<IReadOnlyList<string>> ServicesTaggedAsync(string tag, CancellationToken cancellationToken)
    {
        var services = await GetAsync<Dictionary<string, string[]?>>("/v1/catalog/services", cancellationToken).ConfigureAwait(false);
        return [.. (services ?? []).Where(service => service.Value?.Contains(tag) == true).Select(service => service.Key)];
    }

    /// <summary>The registered instances of a service.</summary>
    /// <exception cref="ConsulException">Consul gave no usable answer.</exception>
    public async Task<IReadOnlyList<ConsulInstance>> InstancesOfAsync(string service, CancellationToken cancellationToken)
    {
        var entries = await GetAsync<HealthEntry?[]>($"/v1/health/service/{Uri.EscapeDataString(service)}", cancellationToken).ConfigureAwait(false);
        return
        [
            .. (entries ?? []).Where(entry => entry?.Service is not null).Select(entry => new ConsulInstance(
                string.IsNullOrEmpty(entry!.Service!.Address) ? entry.Node?.Address ?? "" : entry.Service.Address,
                entry.Service.Port,
                entry.Service.Meta ?? new Dictionary<string, string>(StringComparer.Ordinal),
                (entry.Checks ?? []).All(check => check?.Status == "passing"))),
        ];
    }

    /// <summary>Reads a key of Consul's store.</summary>
    /// <returns>Its value and the index of its last change; null when there is none.</returns>
    /// <exception cref="ConsulException">Consul gave no usable answer.</exception>
    public async Task<(byte[] Value, ulong ModifyIndex)?> ReadKeyAsync(string key, CancellationToken cancellationToken)
    {
        var entries = await GetAsync<KeyEntry[]>($"/v1/kv/{key}", cancellationToken).ConfigureAwait(false);
        return entries is [{ } entry, ..] ? (entry.Value ?? [], entry.ModifyIndex) : null;
    }

    /// <summary>Writes a key if nobody has since.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its new value.</param>
    /// <param name="modifyIndex">The index of its last change as read; 0 for a key that is not there.</param>
    /// <param name="cancellationToken">Gives up; it may be written all the same.</param>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="ConsulException">Consul gave no usable answer.</exception>
    public async Task<bool> TryWriteKeyAsync(string key, byte[] value, ulong modifyIndex, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(value);
        return await SendAsync<bool>(HttpMethod.Put, $"/v1/kv/{key}?cas={modifyIndex}", content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether this agent has a service registered under an id.</summary>
    /// <exception cref="ConsulException">Consul gave no usable answer.</exception>
    public async Task<bool> IsRegisteredAsync(string serviceId, CancellationToken cancellationToken) =>
        await GetAsync<JsonElement?>($"/v1/agent/service/{Uri.EscapeDataString(serviceId)}", cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Registers a service with this agent.</summary>
    /// <param name="registration">What Consul's API wants to know of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConsulException">Consul gave no usable answer.</exception>
    public async Task RegisterAsync(object registration, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(registration));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await SendAsync<JsonElement?>(HttpMethod.Put, "/v1/agent/service/register", content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a registration back.</summary>
    /// <exception cref="ConsulException">Consul gave no usable answer.</exception>
    public async Task DeregisterAsync(string serviceId, CancellationToken cancellationToken) =>
        await SendAsync<JsonElement?>(HttpMethod.Put, $"/v1/agent/service/deregister/{Uri.EscapeDataString(serviceId)}", null, cancellationToken).ConfigureAwait(false);

    private Task<T?> GetAsync<T>(string path, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends, and reads the answer; the default for an answer without a body, and for 404.</summary>
    private async Task<T?> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return default;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new ConsulException($"Consul at {Address} answered {(int)response.StatusCode} to {path}.");
            }

            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return body.Length == 0 ? default : JsonSerializer.Deserialize<T>(body);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or InvalidOperationException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ConsulException($"Consul at {Address} gave no usable answer to {path}: {failure.Message}", failure);
        }
    }

    private sealed record HealthEntry(NodeEntry? Node, ServiceEntry? Service, CheckEntry?[]? Checks);

    private sealed record NodeEntry(string? Address);

    private sealed record ServiceEntry(string? Address, int Port, Dictionary<string, string>? Meta);

    private sealed record CheckEntry(string? Status);

    private sealed record KeyEntry(byte[]? Value, ulong ModifyIndex);
}
