using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace DaprDynamo.LocalCluster.Control;

/// <summary>Talks to the local cluster that runs in another process.</summary>
internal sealed class ControlClient(int port) : IDisposable
{
    // Starting a node is part of the answer.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly string _address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = AnswerLimit };

    /// <summary>The nodes and how they stand.</summary>
    /// <exception cref="ControlException">It cannot be had; the message says why.</exception>
    internal Task<List<LocalNodeResponse>> ReadAsync(CancellationToken cancellationToken) =>
        SendAsync<List<LocalNodeResponse>>(HttpMethod.Get, ControlEndpoints.Path, cancellationToken);

    /// <summary>Starts the next node.</summary>
    /// <exception cref="ControlException">It cannot be done; the message says why.</exception>
    internal Task<LocalNodeResponse> AddAsync(string? zone, CancellationToken cancellationToken) => SendAsync<LocalNodeResponse>(
        HttpMethod.Post, ControlEndpoints.Path + (zone is null ? "" : $"?zone={Uri.EscapeDataString(zone)}"), cancellationToken);

    /// <summary>Makes a node leave.</summary>
    /// <exception cref="ControlException">It cannot be done; the message says why.</exception>
    internal async Task LeaveAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, $"{ControlEndpoints.Path}/{Uri.EscapeDataString(id)}", cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw new ControlException(Stranger);
        }
        catch (JsonException)
        {
            throw new ControlException(Stranger);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            using var request = new HttpRequestMessage(method, _address + path);
            response = await _http.SendAsync(request, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ControlException($"No local cluster answers at {_address}. Start one, or give the first port of the one that runs with --port.");
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new ControlException(await DetailOfAsync(response, cancellationToken) ?? Stranger);
        }
    }

    private string Stranger => $"What answers at {_address} is no local cluster. Give the first port of the one that runs with --port.";

    private static async Task<string?> DetailOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            // A node's own problems come with a type of its own: the port is one too high then.
            var problem = await response.Content.ReadFromJsonAsync<ProblemBody>(cancellationToken);
            return problem?.Type?.StartsWith("urn:", StringComparison.Ordinal) == true ? null : problem?.Detail;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record ProblemBody(string? Type, string? Detail);
}
