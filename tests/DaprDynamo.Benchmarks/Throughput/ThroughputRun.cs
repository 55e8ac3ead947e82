using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DaprDynamo.Benchmarks.Load;
using DaprDynamo.IntegrationTests.Processes;

namespace DaprDynamo.Benchmarks.Throughput;

/// <summary>What the throughput run is to do.</summary>
internal sealed record ThroughputOptions(int Nodes, int Seconds, int Connections, int ValueSizeBytes, string Storage);

/// <summary>
/// Measures puts and gets a second, and in the same run a bare endpoint that returns the same JSON: absolute numbers depend on
/// the machine and its mood, the ratio much less.
/// </summary>
internal sealed class ThroughputRun(ThroughputOptions options)
{
    private const int KeysOfEachConnection = 32;

    // Until the code of all processes is compiled for good: on two cores that takes its time.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);

    private readonly string _value = '"' + new string('v', options.ValueSizeBytes - 2) + '"';

    /// <summary>Runs it; answers 0 when every request succeeded.</summary>
    public async Task<int> RunAsync()
    {
        Console.WriteLine($"{options.Nodes} nodes on {options.Storage}, {options.Connections} connections, values of {options.ValueSizeBytes} bytes, {options.Seconds} s each");
        Tally puts;
        Tally gets;
        await using (var cluster = await NodeCluster.StartAsync(new NodeClusterOptions { Nodes = options.Nodes, Storage = options.Storage }))
        {
            var addresses = cluster.Nodes.Select(node => node.Address).ToList();
            await PutAsync(addresses, WarmUp);
            puts = await PutAsync(addresses, TimeSpan.FromSeconds(options.Seconds));
            Console.WriteLine($"puts: {puts}");
            await GetAsync(addresses, WarmUp);
            gets = await GetAsync(addresses, TimeSpan.FromSeconds(options.Seconds));
            Console.WriteLine($"gets: {gets}");
        }

        var bare = await BareAsync();
        Console.WriteLine($"bare: {bare}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"puts/s {puts.PerSecond:0} ({puts.PerSecond / bare.PerSecond:0.000} of bare), gets/s {gets.PerSecond:0} ({gets.PerSecond / bare.PerSecond:0.000} of bare), bare/s {bare.PerSecond:0}"));
        return puts.Failures + gets.Failures + bare.Failures == 0 ? 0 : 1;
    }

    private static string KeyOf(int connection, int number) => $"throughput/{connection}/{number}";

    private Task<Tally> PutAsync(IReadOnlyList<Uri> addresses, TimeSpan duration)
    {
        var create = $$"""{"value":{{_value}}}""";
        return MeasureAsync(addresses, duration, async (client, connection) =>
        {
            var clocks = new string[KeysOfEachConnection];
            for (var number = 0; number < clocks.Length; number++)
            {
                // 409 when an earlier measurement made it: the answer has the clock all the same.
                var created = await client.SendAsync(KeyClient.Request("POST", KeyOf(connection, number), create));
                clocks[number] = ClockOf(created?.Body ?? default);
            }

            var next = 0;
            return async () =>
            {
                var number = next++ % clocks.Length;
                var reply = await client.SendAsync(KeyClient.Request(
                    "PUT", KeyOf(connection, number), $$"""{"value":{{_value}},"clock":"{{clocks[number]}}"}"""));
                if (reply is { Status: 200 })
                {
                    clocks[number] = ClockOf(reply.Body);
                }

                return reply?.Status ?? Tally.NoAnswer;
            };
        });
    }

    private Task<Tally> GetAsync(IReadOnlyList<Uri> addresses, TimeSpan duration) =>
        MeasureAsync(addresses, duration, (client, connection) =>
        {
            var requests = Enumerable.Range(0, KeysOfEachConnection).Select(number => KeyClient.Request("GET", KeyOf(connection, number))).ToArray();
            var next = 0;
            return Task.FromResult<Func<Task<int>>>(async () => (await client.SendAsync(requests[next++ % requests.Length]))?.Status ?? Tally.NoAnswer);
        });

    private async Task<Tally> BareAsync()
    {
        using var folder = new TempFolder();
        var port = LoopbackPorts.FreeRange(1);
        await using var server = ChildProcess.Start(
            "bare endpoint", "DaprDynamo.Benchmarks.dll", ["bare", "--port", $"{port}", "--value-size", $"{options.ValueSizeBytes}"], folder.Path);
        await Poll.UntilAsync(
            () => server.HasExited ? throw new InvalidOperationException($"{server.Name} ended.\n{server.Output}") : Task.FromResult(server.Output.Contains(BareEndpoint.ReadyLine)),
            TimeSpan.FromSeconds(30),
            () => server.Output.ToString());
        var address = new Uri($"http://127.0.0.1:{port}");
        await GetAsync([address], WarmUp);
        return await GetAsync([address], TimeSpan.FromSeconds(options.Seconds));
    }

    /// <summary>Prepares every connection first, then lets them all send, one request after the other, until the time is over.</summary>
    private async Task<Tally> MeasureAsync(IReadOnlyList<Uri> addresses, TimeSpan duration, Func<KeyClient, int, Task<Func<Task<int>>>> prepare)
    {
        var clients = Enumerable.Range(0, options.Connections).Select(number => new KeyClient(addresses, number)).ToList();
        try
        {
            var sends = await Task.WhenAll(clients.Select((client, number) => prepare(client, number)));
            var tally = new Tally();
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(sends.Select(send => Task.Run(async () =>
            {
                var latencies = tally.NewLatencies();
                while (Stopwatch.GetElapsedTime(started) < duration)
                {
                    var sent = Stopwatch.GetTimestamp();
                    tally.Count(await send());
                    latencies.Add(Stopwatch.GetTimestamp() - sent);
                }
            })));
            tally.Stop();
            return tally;
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static string ClockOf(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("clock").GetString()!;
    }
}
