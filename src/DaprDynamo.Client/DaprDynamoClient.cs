using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DaprDynamo.Contracts.PublicApi;

namespace DaprDynamo.Client;

/// <summary>
/// A typed client of the key API. Safe to use from many threads. It sends each request once: whether a failed one may be
/// repeated is told by the exception, and is its caller's decision.
/// </summary>
/// <remarks>
/// All requests may end with a <see cref="DaprDynamoException"/>, most often <see cref="QuorumNotReachedException"/>,
/// <see cref="DaprDynamoOverloadedException"/> or <see cref="DaprDynamoUnavailableException"/>, and with an
/// <see cref="ArgumentException"/> for a key that no store would take.
/// </remarks>
public sealed class DaprDynamoClient
{
    private readonly HttpClient _http;
    private readonly DaprDynamoClientOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Carries the requests. Its base address and timeout are set from the options.</param>
    /// <param name="options">Where to, and how.</param>
    /// <param name="time">The clock of the waits between tries of <see cref="UpdateAsync"/>; null for the system's.</param>
    public DaprDynamoClient(HttpClient http, DaprDynamoClientOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.BaseAddress, nameof(options));
        http.BaseAddress = options.BaseAddress;
        http.Timeout = TimeSpan.FromMilliseconds(options.TimeoutMs);
        (_http, _options, _time) = (http, options, time ?? TimeProvider.System);
    }

    /// <summary>How values are written and read. Web defaults: camel case, numbers also from strings.</summary>
    public JsonSerializerOptions Json { get; init; } = ApiJson.Options;

    /// <summary>Reads a key. A key without a value is no error: see <see cref="Versioned{T}.Exists"/>.</summary>
    /// <param name="key">The key, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="quorum">How many replicas must answer, 1 or more; null for the cluster's default.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public async Task<Versioned<T>> GetAsync<T>(string key, int? quorum = null, CancellationToken cancellationToken = default)
    {
        var (response, body) = await SendAsync(HttpMethod.Get, key, quorum, null, null, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.OK => SiblingsOf<T>(response, body),
                HttpStatusCode.NotFound when IsAbsence(body) => new Versioned<T>([], null, CoordinatorOf(response)),
                _ => throw Problems.From(response, body),
            };
        }
    }

    /// <summary>Writes the key's first value. Finding one is no error: see <see cref="CreateResult{T}.Created"/>.</summary>
    /// <param name="key">The key, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="value">The value.</param>
    /// <param name="quorum">How many replicas must answer, 1 or more; null for the cluster's default.</param>
    /// <param name="cancellationToken">Gives up the wait; the write may still take effect.</param>
    public async Task<CreateResult<T>> CreateAsync<T>(string key, T value, int? quorum = null, CancellationToken cancellationToken = default)
    {
        var (response, body) = await SendAsync(HttpMethod.Post, key, quorum, null, new { value }, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.Created => new(true, new Versioned<T>([value], ClockOf(response, body), CoordinatorOf(response))),
                HttpStatusCode.Conflict when body is { ValueKind: JsonValueKind.Object } => new(false, SiblingsOf<T>(response, body)),
                _ => throw Problems.From(response, body),
            };
        }
    }

    /// <summary>Writes a value in place of what was read with the clock. What the clock has not seen stays beside it.</summary>
    /// <param name="key">The key, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="value">The value.</param>
    /// <param name="clock">The clock of the read this write follows.</param>
    /// <param name="quorum">How many replicas must answer, 1 or more; null for the cluster's default.</param>
    /// <param name="cancellationToken">Gives up the wait; the write may still take effect.</param>
    /// <returns>The clock after the write.</returns>
    public async Task<string> PutAsync<T>(string key, T value, string clock, int? quorum = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var (response, body) = await SendAsync(HttpMethod.Put, key, quorum, null, new { value, clock }, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return response.StatusCode == HttpStatusCode.OK ? ClockOf(response, body) : throw Problems.From(response, body);
        }
    }

    /// <summary>Deletes what was read with the clock, or whatever is there now.</summary>
    /// <param name="key">The key, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="clock">The clock of the read; null to delete whatever is there now.</param>
    /// <param name="quorum">How many replicas must answer, 1 or more; null for the cluster's default.</param>
    /// <param name="cancellationToken">Gives up the wait; the delete may still take effect.</param>
    /// <returns>False when the key had no value.</returns>
    public async Task<bool> DeleteAsync(string key, string? clock = null, int? quorum = null, CancellationToken cancellationToken = default)
    {
        var (response, body) = await SendAsync(HttpMethod.Delete, key, quorum, clock, null, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.NotFound when IsAbsence(body) => false,
                _ => throw Problems.From(response, body),
            };
        }
    }

    /// <summary>
    /// Reads a key, lets the caller make one value of what is there, and writes it back in place of exactly that. When
    /// another writer came in between, its value stands beside the new one, and both go to the caller again.
    /// </summary>
    /// <param name="key">The key, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="resolve">Makes one value of those that are there; they are none when the key has no value. May be called several times.</param>
    /// <param name="triesMax">After so many tries it gives up, 1 or more.</param>
    /// <param name="quorum">How many replicas must answer, 1 or more; null for the cluster's default.</param>
    /// <param name="cancellationToken">Gives up the wait; a write may still take effect.</param>
    /// <returns>The key with the one value.</returns>
    /// <exception cref="DaprDynamoException">Other writers came in between every time.</exception>
    public async Task<Versioned<T>> UpdateAsync<T>(
        string key, Func<IReadOnlyList<T>, T> resolve, int triesMax = 10, int? quorum = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        ArgumentOutOfRangeException.ThrowIfLessThan(triesMax, 1);
        var current = await GetAsync<T>(key, quorum, cancellationToken).ConfigureAwait(false);
        for (var tries = 1; ; tries++)
        {
            current = await WriteOverAsync(key, current, resolve(current.Siblings), quorum, cancellationToken).ConfigureAwait(false);
            if (!current.HasConflict && current.Exists)
            {
                return current;
            }

            if (tries == triesMax)
            {
                throw new DaprDynamoException($"Other writers changed the key in between, {triesMax} times in a row.");
            }

            // Writers that collided wait for different times, or they would collide again.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 * tries)), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes in place of what was read, and tells what is there then.</summary>
    private async Task<Versioned<T>> WriteOverAsync<T>(string key, Versioned<T> current, T value, int? quorum, CancellationToken cancellationToken)
    {
        if (current.Clock is null)
        {
            var created = await CreateAsync(key, value, quorum, cancellationToken).ConfigureAwait(false);
            if (!created.Created)
            {
                // Somebody else was first: what they wrote is to be resolved with ours, even if it is a single value.
                return await WriteAgainAsync().ConfigureAwait(false);
            }
        }
        else
        {
            await PutAsync(key, value, current.Clock, quorum, cancellationToken).ConfigureAwait(false);
        }

        return await GetAsync<T>(key, quorum, cancellationToken).ConfigureAwait(false);

        async Task<Versioned<T>> WriteAgainAsync()
        {
            var found = await GetAsync<T>(key, quorum, cancellationToken).ConfigureAwait(false);
            return found with { Siblings = [.. found.Siblings, value] };
        }
    }

    private async Task<(HttpResponseMessage Response, JsonElement? Body)> SendAsync(
        HttpMethod method, string key, int? quorum, string? clock, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, KeyAddress.Of(key, _options.DaprAppId, quorum, clock));
        if (body is not null)
        {
            // A body of known length: sidecars do not retry others, and cut them without a word when they are too long.
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, Json))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        }

        if (_options.BearerToken is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return (response, Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)));
        }
        catch (HttpRequestException failure)
        {
            response?.Dispose();
            throw new DaprDynamoUnavailableException($"{_options.BaseAddress} could not be reached: {failure.Message}", cause: failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw new DaprDynamoUnavailableException($"{_options.BaseAddress} did not answer within {_options.TimeoutMs} ms.", cause: failure);
        }
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : JsonElement.Parse(body, ApiJson.DocumentOptions);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A path that is wrong is a 404 too; only the store itself can say that a key has no value.
    private static bool IsAbsence(JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty("type", out var type) && type.ValueEquals(ProblemTypes.NotFound);

    private Versioned<T> SiblingsOf<T>(HttpResponseMessage response, JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } answer || !answer.TryGetProperty("value", out var values) || values.ValueKind != JsonValueKind.Array)
        {
            throw Problems.From(response, body);
        }

        return new Versioned<T>([.. values.EnumerateArray().Select(value => value.Deserialize<T>(Json)!)], ClockOf(response, body), CoordinatorOf(response));
    }

    private static string ClockOf(HttpResponseMessage response, JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("clock", out var clock) && clock.GetString() is { } text
            ? text
            : throw Problems.From(response, body);

    private static string? CoordinatorOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(KeyApi.CoordinatorHeader, out var values) ? values.FirstOrDefault() : null;
}
