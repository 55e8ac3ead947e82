using System.Text.Json;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Core.Membership;
using DaprDynamo.Transport.Dapr;

namespace DaprDynamo.Transport.Discovery;

/// <summary>
/// Finds nodes in Consul's catalog: every service with the tag <c>daprdynamo</c> is one, named by its node id. Which of them
/// forms the cluster is settled in Consul's store, where the first to write its name wins, so that nodes that start together
/// never form two.
/// </summary>
/// <param name="agent">Consul.</param>
/// <param name="node">Who looks.</param>
public sealed class ConsulDiscovery(ConsulAgent agent, ConsulNode node) : IDiscovery
{
    private const int LookupsAtOnceMax = 8;

    /// <inheritdoc/>
    public bool IsAlone => false;

    private string FounderKey => $"{ConsulNode.Tag}/{Uri.EscapeDataString(node.ClusterName)}/founder";

    /// <inheritdoc/>
    public async Task<Discovered> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var services = await agent.ServicesTaggedAsync(ConsulNode.Tag, cancellationToken).ConfigureAwait(false);
            var found = new List<(Seed Seed, bool IsHealthy)>();
            string? trouble = null;
            foreach (var some in services.Where(name => NodeId.IsValid(name) && name != node.NodeId).Order(StringComparer.Ordinal).Chunk(LookupsAtOnceMax))
            {
                foreach (var (seeds, failure) in await Task.WhenAll(some.Select(name => TryFindAsync(name, cancellationToken))).ConfigureAwait(false))
                {
                    found.AddRange(seeds);
                    trouble ??= failure;
                }
            }

            // A service that could not be looked up may be the one that knows the cluster: those found are asked all the same.
            return new Discovered([.. found.OrderByDescending(pair => pair.IsHealthy).Select(pair => pair.Seed)], trouble);
        }
        catch (ConsulException failure)
        {
            return new Discovered([], failure.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<string?> ObjectToFormingAsync(bool someAreSilent, CancellationToken cancellationToken)
    {
        if (someAreSilent)
        {
            return "Some nodes that Consul lists do not answer, and may know the cluster.";
        }

        try
        {
            var mine = JsonSerializer.SerializeToUtf8Bytes(new Founder(node.NodeId, node.IsDurable));
            if (await agent.ReadKeyAsync(FounderKey, cancellationToken).ConfigureAwait(false) is not { } written)
            {
                return await agent.TryWriteKeyAsync(FounderKey, mine, 0, cancellationToken).ConfigureAwait(false) ? null : "Another node forms it at this moment.";
            }

            var founder = JsonSerializer.Deserialize<Founder>(written.Value);
            if (founder?.NodeId == node.NodeId)
            {
                return null;
            }

            // What was only ever in memory is gone with the last of its nodes; what was on disk may come back.
            var isGone = founder is { NodeId: not null, IsDurable: false }
                && (await agent.InstancesOfAsync(founder.NodeId, cancellationToken).ConfigureAwait(false)).Count == 0;
            return isGone && await agent.TryWriteKeyAsync(FounderKey, mine, written.ModifyIndex, cancellationToken).ConfigureAwait(false)
                ? null
                : $"Consul says that {founder?.NodeId} has formed it. If that cluster is gone for good, delete the key {FounderKey} from Consul's store.";
        }
        catch (ConsulException failure)
        {
            return failure.Message;
        }
        catch (JsonException)
        {
            return $"The key {FounderKey} in Consul's store makes no sense. Delete it if the cluster was never formed or is gone for good.";
        }
    }

    private async Task<(IEnumerable<(Seed Seed, bool IsHealthy)> Seeds, string? Failure)> TryFindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await FindAsync(name, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ConsulException failure)
        {
            return ([], failure.Message);
        }
    }

    private async Task<IEnumerable<(Seed Seed, bool IsHealthy)>> FindAsync(string name, CancellationToken cancellationToken)
    {
        var instances = (await agent.InstancesOfAsync(name, cancellationToken).ConfigureAwait(false))
            .Where(instance => !instance.Meta.TryGetValue(ConsulNode.ClusterMeta, out var cluster) || cluster == node.ClusterName)
            .ToList();
        if (node.ThroughDapr)
        {
            // One app id, one seed: which of the instances is called is the sidecar's decision.
            return instances.Count == 0 ? [] : [(new Seed(name, InvocationHandler.AddressOf(name)), instances.Exists(instance => instance.IsHealthy))];
        }

        return instances
            .Where(instance => Uri.CheckHostName(instance.Host) != UriHostNameType.Unknown && instance.Port is > 0 and <= ushort.MaxValue)
            .Select(instance => (new Seed(name, new UriBuilder(SchemeOf(instance), instance.Host, instance.Port).Uri), instance.IsHealthy));
    }

    private static string SchemeOf(ConsulInstance instance) =>
        instance.Meta.GetValueOrDefault(ConsulNode.SchemeMeta) == Uri.UriSchemeHttps ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;

    private sealed record Founder(string? NodeId, bool IsDurable);
}
