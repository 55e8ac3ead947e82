using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Node;
using DaprDynamo.Node.Hosting;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>One node of the cluster, run in this process and asked over its admin API as any operator would.</summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication _host;
    private readonly HttpClient _http;

    private LocalNode(NodeEntry entry, string address, string? folder, WebApplication host)
    {
        (Entry, Address, Folder, _host) = (entry, address, folder, host);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address), Timeout = AnswerLimit };
        if (host.Configuration[$"{NodeOptions.Section}:{nameof(NodeOptions.ClusterToken)}"] is { Length: > 0 } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    internal NodeEntry Entry { get; }

    internal string Id => Entry.Id;

    internal string Address { get; }

    /// <summary>Where its data is; null when it is kept in memory.</summary>
    internal string? Folder { get; }

    /// <summary>Whether it was a member since it was started: one that has left then is not about to join anew.</summary>
    internal bool HasBeenMember { get; set; }

    /// <summary>Whether somebody wants it to leave.</summary>
    internal bool IsDismissed { get; set; }

    /// <summary>Starts a node.</summary>
    /// <param name="options">What the cluster was started with.</param>
    /// <param name="entry">Which node.</param>
    /// <param name="seeds">Whom it asks for the cluster; the first of them forms it when there is none.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="StartupFailureException">It could not start for a reason that can be mended.</exception>
    internal static async Task<LocalNode> StartAsync(
        LocalClusterOptions options, NodeEntry entry, IEnumerable<NodeEntry> seeds, CancellationToken cancellationToken)
    {
        var address = options.AddressOf(entry.Number);
        LocalNode? node = null;
        try
        {
            // Settings are judged when the host is put together, ports and files when it starts.
            node = new LocalNode(entry, address, options.FolderOf(entry.Number), NodeHost.Build(
                [],
                SettingsOf(options, entry, seeds),
                defaults => defaults.ConsoleMinimumLevel = LogLevel.Warning,
                services => services.AddSingleton<IHostLifetime, OwnedLifetime>()));
            await node._host.StartAsync(cancellationToken);
            return node;
        }
        catch (Exception failure)
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }

            if ((NodeStartupFailure.Recognize(failure) ?? StartupFailure.From(failure, [address])) is { } described)
            {
                throw new StartupFailureException(described.Sentence, described.ExitCode, failure);
            }

            throw;
        }
    }

    /// <summary>The members as this node sees them; null when it does not answer.</summary>
    internal async Task<MembersResponse?> ReadMembersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetFromJsonAsync<MembersResponse>("/admin/members", cancellationToken);
        }
        catch (Exception silence) when (silence is HttpRequestException or JsonException or ObjectDisposedException
            || (silence is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Has the node leave the cluster.</summary>
    /// <returns>Why it cannot, in a sentence; null when it has begun.</returns>
    internal async Task<string?> LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.PostAsync("/admin/leave", content: null, cancellationToken);
            return response.StatusCode == HttpStatusCode.Accepted ? null
                : (await response.Content.ReadFromJsonAsync<ProblemBody>(cancellationToken))?.Detail ?? $"{Id} answered {(int)response.StatusCode}.";
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return $"{Id} does not answer.";
        }
    }

    /// <summary>Stops the node; its data stays.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
    }

    private static Dictionary<string, string?> SettingsOf(LocalClusterOptions options, NodeEntry entry, IEnumerable<NodeEntry> seeds)
    {
        var settings = new Dictionary<string, string?>
        {
            [WebHostDefaults.ServerUrlsKey] = options.AddressOf(entry.Number),
            [$"{NodeOptions.Section}:{nameof(NodeOptions.NodeId)}"] = entry.Id,
            [$"{NodeOptions.Section}:{nameof(NodeOptions.Storage)}"] = options.DataDirectory is null ? nameof(StorageKind.Memory) : nameof(StorageKind.Sqlite),
            [$"{NodeOptions.Section}:{nameof(NodeOptions.DataDirectory)}"] = options.FolderOf(entry.Number),
        };
        if (entry.Zone is not null)
        {
            settings[$"{NodeOptions.Section}:{nameof(NodeOptions.Zone)}"] = entry.Zone;
        }

        foreach (var (index, seed) in seeds.Index())
        {
            settings[$"{NodeOptions.Section}:{nameof(NodeOptions.Seeds)}:{index}"] = $"{seed.Id}={options.AddressOf(seed.Number)}";
        }

        return settings;
    }

    private sealed record ProblemBody(string? Detail);
}
