using System.Globalization;
using DaprDynamo.Core.Ring;
using DaprDynamo.CrashWriter;
using DaprDynamo.Storage;
using Microsoft.Extensions.Logging.Abstractions;

// Usage: DaprDynamo.CrashWriter <folder> <seed>. Prints "own|hint <key> <counter> ." for each acknowledged write, until
// it is killed or its standard input ends, which it does when the test that started it is gone.
const int writerCount = 6;
const int keyCount = 40;

var folder = args[0];
var seed = int.Parse(args[1], CultureInfo.InvariantCulture);
using var stop = new CancellationTokenSource();
await using var store = await SqliteRecordStore.OpenAsync(
    new SqliteStoreOptions { Folder = folder }, CrashRecords.Space, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
var writers = Enumerable.Range(0, writerCount).Select(number => Task.Run(() => WriteAsync(new Random(seed + number)))).ToList();
await Console.In.ReadToEndAsync();
await stop.CancelAsync();
await Task.WhenAll(writers);

async Task WriteAsync(Random random)
{
    while (!stop.IsCancellationRequested)
    {
        // Writers share all keys, so that many changes of one key fall into one commit.
        var key = Key.FromText($"key/{random.Next(keyCount)}");
        var change = CrashRecords.Next(key, store.Generation);
        var isHint = random.Next(4) == 0;
        var written = isHint
            ? await store.ChangeHintAsync(CrashRecords.HintOwner, key, change, CancellationToken.None)
            : await store.ChangeAsync(key, change, CancellationToken.None);
        var counter = written!.Versions.Context.CounterOf(CrashRecords.ActorOf(store.Generation));
        // In one write, and with a full stop, so that a line cut by the kill is known as such.
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(isHint ? "hint" : "own")} {key} {counter} ."));
    }
}
