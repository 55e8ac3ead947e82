using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using DaprDynamo.Benchmarks.Corpus;
using DaprDynamo.IntegrationTests.Wire;

namespace DaprDynamo.Benchmarks.Load;

/// <summary>
/// Writes entries from many clients at once: every one is created, every fourth created with something else first and then
/// overwritten. A request that fails goes to another node; one that may or may not have landed is read before it is repeated.
/// </summary>
internal sealed class BulkWriter(IReadOnlyList<Uri> nodes, IReadOnlyList<Entry> entries, int clients)
{
    private const int Tries = 40;
    private const int OverwrittenEach = 4;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Entry, bool> _uncertainDrafts = new();
    private int _taken;
    private int _written;

    /// <summary>What the writes met.</summary>
    public Tally Tally { get; } = new();

    /// <summary>How many entries are written by now.</summary>
    public int Written => _written;

    /// <summary>The entries that could not be written in many tries.</summary>
    public int GivenUp => entries.Count - _written;

    /// <summary>
    /// The entries whose first write got no clear answer. It may land at any time, as on the disk of a node that is dead now, and
    /// then stands beside the value as its sibling; that is what the contract says, not a fault.
    /// </summary>
    public IReadOnlyCollection<Entry> UncertainDrafts => [.. _uncertainDrafts.Keys];

    /// <summary>Writes all entries.</summary>
    public async Task WriteAllAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => RunAsync(client))));
        Tally.Stop();
    }

    private async Task RunAsync(int number)
    {
        using var client = new KeyClient(nodes, number);
        var latencies = Tally.NewLatencies();
        for (var at = Interlocked.Increment(ref _taken) - 1; at < entries.Count; at = Interlocked.Increment(ref _taken) - 1)
        {
            if (await WriteAsync(client, entries[at], overwritten: at % OverwrittenEach == 0, latencies))
            {
                Interlocked.Increment(ref _written);
            }
        }
    }

    private async Task<bool> WriteAsync(KeyClient client, Entry entry, bool overwritten, List<long> latencies)
    {
        string? clock = null;
        if (overwritten)
        {
            var created = await SendAsync(client, KeyClient.Request("POST", entry.Key, $$"""{"value":{{BulkReader.DraftJson}}}"""), latencies);
            clock = created is { Status: 201 } ? ClockOf(created) : null;
            if (created is not { Status: 201 })
            {
                _uncertainDrafts[entry] = true;
            }
        }

        for (var tries = 0; tries < Tries; tries++)
        {
            var reply = await SendAsync(client, WriteRequest(entry, clock), latencies);
            if (reply is { Status: 200 or 201 })
            {
                return true;
            }

            // 409: it exists, be it by an earlier try of ours. 504 or no answer: it may have landed. Only a read tells.
            if (reply is not { Status: 409 })
            {
                client.MoveOn();
                await Task.Delay(PauseAfterFailure);
            }

            var read = await SendAsync(client, KeyClient.Request("GET", entry.Key), latencies);
            if (read is { Status: 200 })
            {
                clock = ClockOf(read);
                if (BulkReader.Holds(read, entry, mayHoldDraft: false))
                {
                    return true;
                }
            }
            else if (read is { Status: 404 })
            {
                clock = null;
            }
        }

        return false;
    }

    private static byte[] WriteRequest(Entry entry, string? clock) => clock is null
        ? KeyClient.Request("POST", entry.Key, $$"""{"value":{{entry.ValueJson}}}""")
        : KeyClient.Request("PUT", entry.Key, $$"""{"value":{{entry.ValueJson}},"clock":"{{clock}}"}""");

    private async Task<WireReply?> SendAsync(KeyClient client, byte[] request, List<long> latencies)
    {
        var started = Stopwatch.GetTimestamp();
        var reply = await client.SendAsync(request);
        latencies.Add(Stopwatch.GetTimestamp() - started);
        Tally.Count(reply?.Status ?? Tally.NoAnswer);
        return reply;
    }

    private static string? ClockOf(WireReply reply)
    {
        using var body = JsonDocument.Parse(reply.Body);
        return body.RootElement.TryGetProperty("clock", out var clock) ? clock.GetString() : null;
    }
}
