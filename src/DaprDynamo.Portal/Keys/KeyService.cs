using System.Text.Json;
using DaprDynamo.Client;
using DaprDynamo.Core.Ring;
using DaprDynamo.Portal.Live;
using DaprDynamo.Portal.Proxy;

namespace DaprDynamo.Portal.Keys;

/// <summary>
/// Reads and writes keys through the store's public API, at a node that keeps the key when one answers. A node that cannot be reached is
/// passed over; a write only when it certainly never began. Everything ends with the answer or a <see cref="DaprDynamoException"/>.
/// </summary>
/// <param name="handler">Carries requests to nodes' addresses; it outlives this.</param>
/// <param name="options">The portal's settings.</param>
/// <param name="cluster">Knows the nodes.</param>
public sealed class KeyService(HttpMessageHandler handler, PortalOptions options, LiveCluster cluster)
{
    private const int NodesTriedMax = 4;

    /// <summary>Reads a key.</summary>
    public Task<Versioned<JsonElement>> GetAsync(string key, int? quorum, CancellationToken cancellationToken) =>
        TryAsync(key, isWrite: false, client => client.GetAsync<JsonElement>(key, quorum, cancellationToken));

    /// <summary>Writes a key's first value; false when it has one already.</summary>
    public async Task<bool> CreateAsync(string key, JsonElement value, int? quorum) =>
        (await TryAsync(key, isWrite: true, client => client.CreateAsync(key, value, quorum, CancellationToken.None))).Created;

    /// <summary>Writes a value in place of what was read with the clock.</summary>
    public Task PutAsync(string key, JsonElement value, string clock, int? quorum) =>
        TryAsync(key, isWrite: true, client => client.PutAsync(key, value, clock, quorum, CancellationToken.None));

    /// <summary>Deletes what was read with the clock; false when nothing was there.</summary>
    public Task<bool> DeleteAsync(string key, string clock, int? quorum) =>
        TryAsync(key, isWrite: true, client => client.DeleteAsync(key, clock, quorum, CancellationToken.None));

    private async Task<T> TryAsync<T>(string key, bool isWrite, Func<DaprDynamoClient, Task<T>> ask)
    {
        var parsed = Key.TryFromUtf8(System.Text.Encoding.UTF8.GetBytes(key), out var found) ? found : null;
        var nodes = NodeOrder.Of(cluster.Current, parsed, options.NodesInEffect).Take(NodesTriedMax).ToList();
        foreach (var (index, node) in nodes.Index())
        {
            using var http = new HttpClient(handler, disposeHandler: false);
            try
            {
                return await ask(new DaprDynamoClient(http, new DaprDynamoClientOptions
                {
                    BaseAddress = node.Uri,
                    BearerToken = options.ApiToken.Length > 0 ? options.ApiToken : null,
                }));
            }
            catch (DaprDynamoUnavailableException silence) when (index + 1 < nodes.Count && (!isWrite || NeverBegan(silence)))
            {
                // The next one may answer.
            }
            catch (ArgumentException nonsense)
            {
                throw new DaprDynamoException(nonsense.Message.Split(" (Parameter", 2)[0], cause: nonsense);
            }
        }

        throw new DaprDynamoUnavailableException("No node of the cluster answers. Nothing was done.");
    }

    private static bool NeverBegan(DaprDynamoUnavailableException silence) =>
        silence.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
