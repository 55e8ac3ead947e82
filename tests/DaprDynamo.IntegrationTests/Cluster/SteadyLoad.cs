using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>
/// Clients that read and write without a pause, as behind a load balancer: each goes to the nodes that are in service, and now
/// and then to one that comes or goes, and on to another when that one does not serve at the moment. Every key has one writer,
/// which counts up, so that whoever reads can tell a value that is older than what was acknowledged before it asked: the
/// writer itself too, or it would write over a lost value and nobody would miss it.
/// </summary>
internal sealed class SteadyLoad(Func<NodeProcess, KeyApi> apiOf, IReadOnlyList<string> keys, int writers, int readers)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly int[] _acknowledged = new int[keys.Count];
    private readonly ConcurrentQueue<LoadSample> _samples = [];
    private readonly ConcurrentQueue<string> _failures = [];
    private volatile IReadOnlyList<NodeProcess> _inService = [];
    private volatile NodeProcess? _passing;
    private int _servedInPassing;
    private volatile string _phase = "";

    /// <summary>Reads that were not answered, or with less than was acknowledged.</summary>
    internal IReadOnlyCollection<string> FailedReads => _failures;

    internal int Reads => _samples.Count(sample => !sample.IsWrite);

    /// <summary>How many requests were answered by nodes that were about to come or go.</summary>
    internal int ServedInPassing => Volatile.Read(ref _servedInPassing);

    /// <summary>What the last acknowledged write of a key said.</summary>
    internal int AcknowledgedOf(int key) => Volatile.Read(ref _acknowledged[key]);

    /// <summary>Says where clients go from now on, and how this time is called in the report.</summary>
    /// <param name="phase">The name.</param>
    /// <param name="inService">The nodes that must serve.</param>
    /// <param name="passing">One that comes or goes: it may refuse to serve, but what it answers must be right.</param>
    internal void Enter(string phase, IReadOnlyList<NodeProcess> inService, NodeProcess? passing = null) =>
        (_phase, _inService, _passing) = (phase, inService, passing);

    /// <summary>Creates all keys, with 0.</summary>
    internal Task LoadAsync(int clients = 32) => Parallel.ForEachAsync(Enumerable.Range(0, keys.Count), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (key, _) =>
    {
        var answer = await ApiOf(key).PostAsync(keys[key], "0");
        if (answer.Status != 201)
        {
            throw new InvalidOperationException($"{answer}");
        }
    });

    /// <summary>Works until it is told to stop.</summary>
    internal Task RunAsync(CancellationToken stop) => Task.WhenAll(
        Enumerable.Range(0, writers).Select(number => WriteAsync(number, stop)).Concat(Enumerable.Range(0, readers).Select(number => ReadAsync(number, stop))));

    /// <summary>Waits until so many more writes are acknowledged.</summary>
    internal async Task WaitForMoreAsync(int writes, TimeSpan limit)
    {
        var enough = _samples.Count(IsAcknowledged) + writes;
        await Poll.UntilAsync(
            () => Task.FromResult(_samples.Count(IsAcknowledged) >= enough), limit, () => $"Too few writes are acknowledged while {_phase}.\n{Report()}");

        static bool IsAcknowledged(LoadSample sample) => sample is { IsWrite: true, Status: 200 };
    }

    /// <summary>Reads every key once more and tells what is missing.</summary>
    internal async Task<IReadOnlyCollection<string>> MissingAsync(int clients = 32)
    {
        var missing = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, keys.Count), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (key, _) =>
        {
            var answer = await ApiOf(key).GetAsync(keys[key]);
            if (!Holds(answer, AcknowledgedOf(key)))
            {
                missing.Enqueue($"{keys[key]} was {AcknowledgedOf(key)}: {answer}");
            }
        });
        return missing;
    }

    /// <summary>Counts, errors and latencies of each phase, in all and over time.</summary>
    internal string Report() => LoadReport.Of([.. _samples]);

    private async Task WriteAsync(int number, CancellationToken stop)
    {
        var random = new Random(number);
        while (!stop.IsCancellationRequested)
        {
            // A key of this writer's own.
            var key = (random.Next((keys.Count - 1 - number) / writers + 1) * writers) + number;
            if (await ReadOnceAsync(key, random) is not { } read)
            {
                continue;
            }

            var next = read.Values.Max(value => int.Parse(value, CultureInfo.InvariantCulture)) + 1;
            var (written, _) = await TimedAsync(isWrite: true, () => ThroughSomebodyAsync(random, api => api.PutAsync(keys[key], $"{next}", read.Clock)));
            if (written is { Status: 200 })
            {
                Volatile.Write(ref _acknowledged[key], next);
            }
        }
    }

    private async Task ReadAsync(int number, CancellationToken stop)
    {
        var random = new Random(1000 + number);
        while (!stop.IsCancellationRequested)
        {
            await ReadOnceAsync(random.Next(keys.Count), random);
        }
    }

    /// <summary>Reads a key. All keys were created before, so a key that is not found is as bad as no answer.</summary>
    /// <returns>The answer; null when it is none, or less than was acknowledged before it was asked for.</returns>
    private async Task<ApiAnswer?> ReadOnceAsync(int key, Random random)
    {
        var (acknowledged, phase) = (AcknowledgedOf(key), _phase);
        var (read, tookMs) = await TimedAsync(isWrite: false, () => ThroughSomebodyAsync(random, api => api.GetAsync(keys[key])));
        if (read is not null && Holds(read, acknowledged))
        {
            return read;
        }

        _failures.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{phase}: {keys[key]} was {acknowledged}, after {tookMs:0} ms: {read?.ToString() ?? "no answer"}"));
        return null;
    }

    /// <summary>One request in four goes to the node that comes or goes; and on to another when that one did nothing.</summary>
    private async Task<ApiAnswer> ThroughSomebodyAsync(Random random, Func<KeyApi, Task<ApiAnswer>> ask)
    {
        if (_passing is { } passing && random.Next(4) == 0)
        {
            try
            {
                if (await ask(apiOf(passing)) is { Status: not 503 } answer)
                {
                    Interlocked.Increment(ref _servedInPassing);
                    return answer;
                }
            }
            catch (HttpRequestException)
            {
                // Killed, not up yet, or gone already. A write it may have begun stands beside its repetition: both hold the same number.
            }
        }

        return await ask(ApiOf(random.Next()));
    }

    private async Task<(ApiAnswer? Answer, double TookMs)> TimedAsync(bool isWrite, Func<Task<ApiAnswer>> send)
    {
        var (phase, started) = (_phase, Stopwatch.GetTimestamp());
        ApiAnswer? answer = null;
        try
        {
            answer = await send();
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            // Counted as status 0.
        }

        var tookMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        _samples.Enqueue(new(phase, isWrite, answer?.Status ?? 0, Stopwatch.GetElapsedTime(_began, started), tookMs));

        // A steady load, and not all that two cores can bear: other tests run beside this one.
        await Task.Delay(Rest, CancellationToken.None);
        return (answer, tookMs);
    }

    private KeyApi ApiOf(int number)
    {
        var nodes = _inService;
        return apiOf(nodes[number % nodes.Count]);
    }

    private static bool Holds(ApiAnswer answer, int atLeast) =>
        answer.Status == 200 && answer.Values.Max(value => int.Parse(value, CultureInfo.InvariantCulture)) >= atLeast;
}
