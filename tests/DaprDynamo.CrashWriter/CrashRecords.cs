using System.Globalization;
using System.Text;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.CrashWriter;

/// <summary>
/// What the writer writes, so that the test can tell every value from its key and the number of its write alone,
/// acknowledged or not.
/// </summary>
public static class CrashRecords
{
    public const string HintOwner = "absent";

    public static readonly PartitionSpace Space = new(16);

    public static Actor ActorOf(ulong generation) => new("crash-writer", generation, 1);

    /// <summary>The value of a key's n-th write, n from 1: its name, and padding of 0 to about 3,000 bytes.</summary>
    public static string ValueOf(Key key, ulong counter)
    {
        ArgumentNullException.ThrowIfNull(key);
        var padding = (int)((key.Position ^ (counter * 7919)) % 3000);
        return string.Create(CultureInfo.InvariantCulture, $"\"{key}#{counter}{new string('.', padding)}\"");
    }

    /// <summary>The next write of a key, over all that came before.</summary>
    public static RecordChange Next(Key key, ulong generation) => current =>
    {
        var versions = current?.Versions ?? DottedVersionVectorSet.Empty;
        var actor = ActorOf(generation);
        var counter = versions.Context.CounterOf(actor) + 1;
        return new(versions.Write(versions.Context, actor, Encoding.UTF8.GetBytes(ValueOf(key, counter))), actor.Epoch, (long)counter);
    };
}
