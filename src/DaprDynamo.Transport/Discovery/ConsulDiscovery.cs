using System.Globalization;
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
/// <param name="generation">Tells the node's data folder from any other that it ever had, or will have once this one is lost; asked when it looks.</param>
public sealed class ConsulDiscovery(ConsulAgent agent, ConsulNode node, Func<ulong> generation) : IDiscovery
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
            var self = new Founder(node.NodeId, node.IsDurable, generation().ToString("x16", CultureInfo.InvariantCulture));
            if (await agent.ReadKeyAsync(FounderKey, cancellationToken).ConfigureAwait(false) is not { } written)
            {
                return await ObjectToWritingAsync(self, 0, cancellationToken).ConfigureAwait(false);
            }

            var founder = JsonSerializer.Deserialize<Founder>(written.Value);
            if (founder == self)
            {
                // It may have ended between saying so and doing so.
                return null;
            }

            return await ObjectToReplacingAsync(founder, cancellationToken).ConfigureAwait(false)
                ?? await ObjectToWritingAsync(self, written.ModifyIndex, cancellationToken).ConfigureAwait(false);
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

    /// <summary>What was only ever in memory is gone with the last of its nodes; what was on disk may come back.</summary>
    private async Task<string?> ObjectToReplacingAsync(Founder? founder, CancellationToken cancellationToken)
    {
        if (founder?.NodeId == node.NodeId)
        {
            // Earlier versions did not write down which data folder it was: it is taken for this one.
            return founder is { IsDurable: true, Generation: not null }
                ? $"Consul says that {node.NodeId} has formed it before, with another data folder, and other nodes may still have theirs: it waits for them. "
                    + $"If that cluster is gone for good or was never formed, delete the key {FounderKey} from Consul's store."
                : null;
        }

        var isGone = founder is { NodeId: not null, IsDurable: false }
            && (await agent.InstancesOfAsync(founder.NodeId, cancellationToken).ConfigureAwait(false)).Count == 0;
        return isGone
            ? null
            : $"Consul says that {founder?.NodeId} has formed it. If that cluster is gone for good, delete the key {FounderKey} from Consul's store.";
    }

    private async Task<string?> ObjectToWritingAsync(Founder self, ulong modifyIndex, CancellationToken cancellationToken) =>
        await agent.TryWriteKeyAsync(FounderKey, JsonSerializer.SerializeToUtf8Bytes(self), modifyIndex, cancellationToken).ConfigureAwait(false)
            ? null
            : "Another node forms it at this moment.";

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

    /// <summary>Who formed the cluster, as Consul's store keeps it: only ever add to this.</summary>
    /// <param name="NodeId">The node.</param>
    /// <param name="IsDurable">Whether what it keeps survives its end.</param>
    /// <param name="Generation">Its data folder; null where an earlier version has written it.</param>
    private sealed record Founder(string? NodeId, bool IsDurable, string? Generation = null);
}
