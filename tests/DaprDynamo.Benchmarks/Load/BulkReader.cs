using System.Diagnostics;
using System.Text.Json;
using DaprDynamo.Benchmarks.Corpus;
using DaprDynamo.IntegrationTests.Wire;

namespace DaprDynamo.Benchmarks.Load;

/// <summary>Reads every entry back through one node and compares it byte for byte.</summary>
internal sealed class BulkReader(Uri node, IReadOnlyList<Entry> entries, IReadOnlyCollection<Entry> mayHoldDraft, int clients)
{
    /// <summary>What is written first to the entries that are overwritten.</summary>
    public const string DraftJson = "\"to be overwritten\"";

    private const int Tries = 5;

    private readonly HashSet<Entry> _mayHoldDraft = [.. mayHoldDraft];
    private int _taken;
    private int _missing;
    private int _different;

    /// <summary>What the reads met.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Entries the node does not know, or did not answer for in several tries.</summary>
    public int Missing => _missing;

    /// <summary>Entries with another value, or with siblings.</summary>
    public int Different => _different;

    /// <summary>Whether the answer holds the entry's value and no other; a write that was repeated may have left the same value twice.</summary>
    public static bool Holds(WireReply reply, Entry entry, bool mayHoldDraft)
    {
        using var body = JsonDocument.Parse(reply.Body);
        var values = body.RootElement.GetProperty("value").EnumerateArray().Select(value => value.GetRawText()).ToList();
        return values.Contains(entry.ValueJson) && values.All(value => value == entry.ValueJson || (mayHoldDraft && value == DraftJson));
    }

    /// <summary>Reads all entries.</summary>
    public async Task ReadAllAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(RunAsync)));
        Tally.Stop();
    }

    private async Task RunAsync()
    {
        using var client = new KeyClient([node], 0);
        var latencies = Tally.NewLatencies();
        for (var at = Interlocked.Increment(ref _taken) - 1; at < entries.Count; at = Interlocked.Increment(ref _taken) - 1)
        {
            var reply = await ReadAsync(client, entries[at], latencies);
            if (reply is not { Status: 200 })
            {
                Report("missing", entries[at], reply, Interlocked.Increment(ref _missing));
            }
            else if (!Holds(reply, entries[at], _mayHoldDraft.Contains(entries[at])))
            {
                Report("different", entries[at], reply, Interlocked.Increment(ref _different));
            }
        }
    }

    private async Task<WireReply?> ReadAsync(KeyClient client, Entry entry, List<long> latencies)
    {
        WireReply? reply = null;

        // Overload and a slow quorum may be repeated; "not found" is an answer.
        for (var tries = 0; tries < Tries && reply is not { Status: 200 or 404 }; tries++)
        {
            var started = Stopwatch.GetTimestamp();
            reply = await client.SendAsync(KeyClient.Request("GET", entry.Key));
            latencies.Add(Stopwatch.GetTimestamp() - started);
            Tally.Count(reply?.Status ?? Tally.NoAnswer);
        }

        return reply;
    }

    private void Report(string what, Entry entry, WireReply? reply, int count)
    {
        if (count <= 3)
        {
            var text = reply?.Text ?? "no answer";
            Console.WriteLine($"  {what} through {node}: {entry.Key}: {reply?.Status} {(text.Length > 300 ? text[..300] + "..." : text)}");
        }
    }
}
