using System.Text.Json;
using DaprDynamo.Client;
using DaprDynamo.Core.Ring;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Proxy;

namespace DaprDynamo.Portal.Keys;

/// <summary>
/// Reads and writes keys through the store's public API, at a node that keeps the key when one answers. A node that cannot take a request
/// is passed over as the proxy does it; a write only when it certainly was not applied. Everything ends with the answer or a
/// <see cref="DaprDynamoException"/>.
/// </summary>
public sealed class KeyService
{
    // The forwarder has its own limits, and what it says then is better than a client's own sentence.
    private const int PatienceMoreMs = 1000;
    private static readonly Uri AnyNode = new("http://cluster");

    private readonly NodeForwarder _forwarder;
    private readonly PortalOptions _options;
    private readonly LiveCluster _cluster;

    /// <summary>Makes the service.</summary>
    /// <param name="forwarder">Sends to nodes; it outlives this.</param>
    /// <param name="options">The portal's settings.</param>
    /// <param name="cluster">Knows the nodes.</param>
    internal KeyService(NodeForwarder forwarder, PortalOptions options, LiveCluster cluster) => (_forwarder, _options, _cluster) = (forwarder, options, cluster);

    /// <summary>Reads a key.</summary>
    public Task<Versioned<JsonElement>> GetAsync(string key, int? quorum, CancellationToken cancellationToken) =>
        TryAsync(key, client => client.GetAsync<JsonElement>(key, quorum, cancellationToken));

    /// <summary>Writes a key's first value; false when it has one already.</summary>
    public async Task<bool> CreateAsync(string key, JsonElement value, int? quorum) =>
        (await TryAsync(key, client => client.CreateAsync(key, value, quorum, CancellationToken.None))).Created;

    /// <summary>Writes a value in place of what was read with the clock.</summary>
    public Task PutAsync(string key, JsonElement value, string clock, int? quorum) =>
        TryAsync(key, client => client.PutAsync(key, value, clock, quorum, CancellationToken.None));

    /// <summary>Deletes what was read with the clock; false when nothing was there.</summary>
    public Task<bool> DeleteAsync(string key, string clock, int? quorum) =>
        TryAsync(key, client => client.DeleteAsync(key, clock, quorum, CancellationToken.None));

    private async Task<T> TryAsync<T>(string key, Func<DaprDynamoClient, Task<T>> ask)
    {
        var parsed = Key.TryFromUtf8(System.Text.Encoding.UTF8.GetBytes(key), out var found) ? found : null;
        using var http = new HttpClient(new KeyRoad(_forwarder, NodeOrder.Of(_cluster.Current, parsed, _options.NodesInEffect)));
        try
        {
            return await ask(new DaprDynamoClient(http, new DaprDynamoClientOptions
            {
                BaseAddress = AnyNode,
                BearerToken = _options.ApiToken.Length > 0 ? _options.ApiToken : null,
                TimeoutMs = _options.ProxyTimeoutMs + PatienceMoreMs,
            }));
        }
        catch (ArgumentException nonsense)
        {
            throw new DaprDynamoException(nonsense.Message.Split(" (Parameter", 2)[0], cause: nonsense);
        }
    }
}
