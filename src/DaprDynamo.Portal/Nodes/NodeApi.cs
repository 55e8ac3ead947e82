using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Portal.Nodes;

/// <summary>Asks nodes what an operator wants to know, and tells them what to do. Every call ends with the answer or a <see cref="NodeException"/>.</summary>
public sealed class NodeApi : IDisposable
{
    // Longer than any node waits for something to happen.
    private static readonly TimeSpan PollPatience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;

    /// <summary>Makes the client of all nodes.</summary>
    /// <param name="handler">Carries requests to nodes' addresses. It is disposed of with this.</param>
    /// <param name="options">The portal's settings.</param>
    public NodeApi(HttpMessageHandler handler, PortalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _timeout = TimeSpan.FromMilliseconds(options.NodeTimeoutMs);
        if (options.ClusterToken.Length > 0)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ClusterToken);
        }
    }

    /// <summary>The ring as a node sees it, and where a key lies in it if one is given.</summary>
    public Task<RingResponse> ReadRingAsync(NodeAddress node, string? key, CancellationToken cancellationToken) =>
        GetAsync<RingResponse>(node, key is null ? "/admin/ring" : $"/admin/ring?key={Uri.EscapeDataString(key)}", cancellationToken);

    /// <summary>The members as a node sees them.</summary>
    public Task<MembersResponse> ReadMembersAsync(NodeAddress node, CancellationToken cancellationToken) =>
        GetAsync<MembersResponse>(node, "/admin/members", cancellationToken);

    /// <summary>What a node has done since it started.</summary>
    public Task<StatsResponse> ReadStatsAsync(NodeAddress node, CancellationToken cancellationToken) =>
        GetAsync<StatsResponse>(node, "/admin/stats", cancellationToken);

    /// <summary>What a node itself keeps of a key.</summary>
    public Task<ReplicaResponse> ReadReplicaAsync(NodeAddress node, string key, CancellationToken cancellationToken) =>
        GetAsync<ReplicaResponse>(node, $"/admin/replica?key={Uri.EscapeDataString(key)}", cancellationToken);

    /// <summary>Keys of the whole cluster, a page at a time.</summary>
    /// <param name="node">Whom to ask.</param>
    /// <param name="prefix">What they begin with; empty for all.</param>
    /// <param name="after">The end of the page before; empty for the first.</param>
    /// <param name="limit">At most so many, 1 to 500.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<KeysResponse> ReadKeysAsync(NodeAddress node, string prefix, string after, int limit, CancellationToken cancellationToken) => GetAsync<KeysResponse>(
        node, string.Create(CultureInfo.InvariantCulture, $"/admin/keys?prefix={Uri.EscapeDataString(prefix)}&after={Uri.EscapeDataString(after)}&limit={limit}"), cancellationToken);

    /// <summary>What a change of the ring would do.</summary>
    /// <param name="node">Whom to ask.</param>
    /// <param name="change">The change as a query: <c>join=node-6&amp;zone=c</c>, <c>leave=node-2</c>, <c>remove=</c>, <c>replace=…&amp;by=…</c>, <c>rebalance=true</c>.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<PlanResponse> ReadPlanAsync(NodeAddress node, string change, CancellationToken cancellationToken) =>
        GetAsync<PlanResponse>(node, "/admin/plan?" + change, cancellationToken);

    /// <summary>Has a node hand its partitions over and leave.</summary>
    public Task<ChangeResponse> LeaveAsync(NodeAddress node, CancellationToken cancellationToken) =>
        SendAsync<ChangeResponse>(node, HttpMethod.Post, "/admin/leave", _timeout, cancellationToken);

    /// <summary>Takes a dead member out.</summary>
    /// <param name="node">Whom to tell.</param>
    /// <param name="memberId">The dead member.</param>
    /// <param name="force">Also when it still answers.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ChangeResponse> RemoveAsync(NodeAddress node, string memberId, bool force, CancellationToken cancellationToken) => SendAsync<ChangeResponse>(
        node, HttpMethod.Post, $"/admin/members/{Uri.EscapeDataString(memberId)}/remove{(force ? "?force=true" : "")}", _timeout, cancellationToken);

    /// <summary>Makes the members' loads even.</summary>
    public Task<ChangeResponse> RebalanceAsync(NodeAddress node, CancellationToken cancellationToken) =>
        SendAsync<ChangeResponse>(node, HttpMethod.Post, "/admin/rebalance", _timeout, cancellationToken);

    /// <summary>What happened at a node; waits for something to happen.</summary>
    /// <param name="node">The node.</param>
    /// <param name="after">The sequence of the last event known; 0 for none.</param>
    /// <param name="wait">How long the node waits when nothing has happened.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<TelemetryResponse> ReadEventsAsync(NodeAddress node, long after, TimeSpan wait, CancellationToken cancellationToken) => SendAsync<TelemetryResponse>(
        node,
        HttpMethod.Get,
        string.Create(CultureInfo.InvariantCulture, $"/telemetry/events?after={after}&wait={wait.TotalSeconds}"),
        wait + PollPatience,
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Asks a node.</summary>
    internal Task<T> GetAsync<T>(NodeAddress node, string pathAndQuery, CancellationToken cancellationToken) =>
        SendAsync<T>(node, HttpMethod.Get, pathAndQuery, _timeout, cancellationToken);

    private async Task<T> SendAsync<T>(NodeAddress node, HttpMethod method, string pathAndQuery, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(node.Uri, pathAndQuery));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new NodeException(await ObjectionOf(node, response, limit.Token), response.StatusCode);
            }

            return await response.Content.ReadFromJsonAsync<T>(NodeJson.Options, limit.Token) ?? throw new NodeException($"{node.Name} gave an empty answer.");
        }
        catch (JsonException nonsense)
        {
            throw new NodeException($"{node.Name} gave an answer that makes no sense.", nonsense);
        }
        catch (OperationCanceledException silence) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeException($"{node.Name} did not answer in time.", silence);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new NodeException($"{node.Name} cannot be reached.", failure);
        }
    }

    private static async Task<string> ObjectionOf(NodeAddress node, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            if ((await response.Content.ReadFromJsonAsync<ProblemBody>(cancellationToken))?.Detail is { } detail)
            {
                return detail;
            }
        }
        catch (JsonException)
        {
            // Not a node's own words; the status says something too.
        }

        return string.Create(CultureInfo.InvariantCulture, $"{node.Name} answered {(int)response.StatusCode}.");
    }

    private sealed record ProblemBody(string? Detail);
}
