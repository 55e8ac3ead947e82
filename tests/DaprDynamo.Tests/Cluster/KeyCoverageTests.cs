using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Core.Ring;
using Xunit;
using static DaprDynamo.Tests.Storage.StoreSamples;

namespace DaprDynamo.Tests.Cluster;

public class KeyCoverageTests
{
    [Fact]
    public async Task Where_a_node_ends_early_the_page_ends_too_and_the_next_goes_on_without_a_gap()
    {
        await using var cluster = await LinkedCluster.StartAsync();
        List<string> written = [.. Enumerable.Range(0, 100).Select(number => $"key/{number:00}")];
        foreach (var store in cluster.Stores.Values)
        {
            foreach (var text in written)
            {
                await store.ChangeAsync(Key(text), Write("v"), CancellationToken.None);
            }
        }

        var cuts = 0;
        cluster.OnTheWay = answer =>
        {
            if (answer is not KeysListed { Keys.Length: > 3 } listed)
            {
                return answer;
            }

            Interlocked.Increment(ref cuts);
            return new KeysListed(listed.Keys[..3], listed.Keys[2].Key);
        };

        var all = new List<string>();
        Key? after = null;
        do
        {
            var page = await cluster["node-1"].ListKeysAsync(Key("key/"), after, 40, Deadline.After(TimeSpan.FromSeconds(30), TimeProvider.System), CancellationToken.None);
            Assert.Empty(page.MissingPartitions);
            all.AddRange(page.Keys.Select(listed => listed.Key.ToString()));
            after = page.ContinueAfter;
        }
        while (after is not null);

        Assert.True(cuts > 0);
        Assert.Equal(written, all);
    }
}
