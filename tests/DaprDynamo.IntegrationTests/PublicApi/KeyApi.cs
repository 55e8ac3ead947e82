using System.Net.Http.Headers;
using System.Text;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>
/// Calls the public API the way any HTTP client would. It shares no code with the product, so that a mistake in the product's
/// own client or contracts cannot hide.
/// </summary>
/// <param name="http">Carries the calls.</param>
/// <param name="address">Where the API is called: scheme, host and port.</param>
/// <param name="prefix">What stands before every path, for an API that is not at the root; sent as it is.</param>
public sealed class KeyApi(HttpClient http, Uri address, string prefix = "")
{
    // Dots and double slashes are part of a key: the path must leave as it was written.
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Where the API is called.</summary>
    public Uri Address { get; } = address;

    /// <summary>The path of a key, percent-encoded so that no part of it is taken for anything else.</summary>
    public static string PathOf(string key) => "/v1/" + Uri.EscapeDataString(key);

    /// <summary>Reads a key.</summary>
    public Task<ApiAnswer> GetAsync(string key, string query = "") => SendAsync(HttpMethod.Get, PathOf(key) + query);

    /// <summary>Creates a key with a value given as JSON text.</summary>
    public Task<ApiAnswer> PostAsync(string key, string valueJson, string query = "") =>
        SendAsync(HttpMethod.Post, PathOf(key) + query, $$"""{"value":{{valueJson}}}""");

    /// <summary>Writes a key with a value given as JSON text and the clock it builds on.</summary>
    public Task<ApiAnswer> PutAsync(string key, string valueJson, string clock, string query = "") =>
        SendAsync(HttpMethod.Put, PathOf(key) + query, $$"""{"value":{{valueJson}},"clock":"{{clock}}"}""");

    /// <summary>Deletes a key.</summary>
    public Task<ApiAnswer> DeleteAsync(string key, string query = "") => SendAsync(HttpMethod.Delete, PathOf(key) + query);

    /// <summary>Sends any request; the path leaves as it is written.</summary>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string pathAndQuery, string? json = null, params (string Name, string Value)[] headers)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(headers);
        using var request = new HttpRequestMessage(method, new Uri(Address.GetLeftPart(UriPartial.Authority) + prefix + pathAndQuery, AsWritten));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return new ApiAnswer(
            $"{method} {(pathAndQuery.Length > 200 ? pathAndQuery[..200] + "..." : pathAndQuery)}",
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsStringAsync());
    }
}
