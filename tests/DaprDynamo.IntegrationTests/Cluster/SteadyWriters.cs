using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>
/// Clients that never stop writing. Each has keys of its own, so that it knows what must stand in each of them: the last
/// value that was acknowledged, or one it sent later and never heard of.
/// </summary>
internal sealed class SteadyWriters(NodeCluster cluster, int clients, int keysEach)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, KeyHistory> _histories = new(StringComparer.Ordinal);
    private long _acknowledged;
    private long _refused;
    private long _unheard;

    internal long Acknowledged => Interlocked.Read(ref _acknowledged);

    internal IReadOnlyCollection<string> Keys => [.. _histories.Keys];

    internal string Summary => string.Create(
        CultureInfo.InvariantCulture, $"{_histories.Count} keys: {Acknowledged} writes acknowledged, {Interlocked.Read(ref _refused)} answered otherwise, {Interlocked.Read(ref _unheard)} without an answer");

    /// <summary>Writes until told to stop.</summary>
    internal Task RunAsync(CancellationToken stopping) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => WriteAsync(client, stopping)));

    /// <summary>The values of a key that the history does not allow; empty when all is well.</summary>
    internal string? Violation(string key, IReadOnlyList<JsonElement> values)
    {
        var history = _histories[key];
        var numbers = values.Select(value => value.GetInt64()).ToList();
        return numbers.Contains(history.Acknowledged) || numbers.Exists(number => history.Unheard.Contains(number) && number > history.Acknowledged)
            ? numbers.TrueForAll(number => number >= 0 && number <= history.Last) ? null : $"{key} holds a value nobody wrote: {string.Join(", ", numbers)}"
            : $"{key} lost its acknowledged value {history.Acknowledged}: it holds {string.Join(", ", numbers)}";
    }

    private async Task WriteAsync(int client, CancellationToken stopping)
    {
        for (var turn = 0L; !stopping.IsCancellationRequested; turn++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"client {client} key {turn % keysEach}");
            var history = _histories.GetOrAdd(key, _ => new KeyHistory());
            var node = cluster.Nodes[(int)((client + turn) % cluster.Nodes.Count)];
            await WriteOnceAsync(new KeyApi(cluster.Http, node.Address), key, history);

            // A steady load, and not all that two cores can bear: other tests run beside this one.
            await Task.Delay(Rest, CancellationToken.None);
        }
    }

    private async Task WriteOnceAsync(KeyApi api, string key, KeyHistory history)
    {
        var number = history.Last + 1;
        try
        {
            if (history.MustRead)
            {
                var read = await api.GetAsync(key);
                if (read.Status is not (200 or 404))
                {
                    Interlocked.Increment(ref _refused);
                    return;
                }

                history.Clock = read.Status == 200 ? read.Clock : null;
                history.MustRead = false;
            }

            history.Last = number;
            var value = number.ToString(CultureInfo.InvariantCulture);
            var answer = history.Clock is null ? await api.PostAsync(key, value) : await api.PutAsync(key, value, history.Clock);
            if (answer.Status is 200 or 201)
            {
                (history.Acknowledged, history.Clock) = (number, answer.Clock);
                Interlocked.Increment(ref _acknowledged);
            }
            else
            {
                history.Unheard.Add(number);
                history.MustRead = true;
                Interlocked.Increment(ref _refused);
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            history.Unheard.Add(number);
            history.MustRead = true;
            Interlocked.Increment(ref _unheard);
        }
    }

    /// <summary>What one client knows of one of its keys. Used by that client alone while it writes.</summary>
    private sealed class KeyHistory
    {
        public long Acknowledged { get; set; }

        public long Last { get; set; }

        public HashSet<long> Unheard { get; } = [];

        public string? Clock { get; set; }

        public bool MustRead { get; set; }
    }
}
