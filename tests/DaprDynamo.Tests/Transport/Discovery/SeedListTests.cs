using DaprDynamo.Cluster.Membership;
using DaprDynamo.Transport.Discovery;
using Xunit;

namespace DaprDynamo.Tests.Transport.Discovery;

public class SeedListTests
{
    private static readonly Uri Own = new("http://localhost:5081");

    [Fact]
    public async Task A_node_asks_all_in_the_list_but_itself_whatever_it_is_called_there()
    {
        var named = SeedList.Read(["node-1=http://a:1", "http://b:2", "http://localhost:5081"], "node-1", Own);

        Assert.Equal([new Seed("b:2", new Uri("http://b:2"))], (await named.LookAsync(CancellationToken.None)).Seeds);
        Assert.False(named.IsAlone);
    }

    [Fact]
    public async Task Through_dapr_an_app_id_is_enough() =>
        Assert.Equal([new Seed("node-2", new Uri("http://node-2"))], (await SeedList.Read(["node-1", "node-2"], "node-1", new Uri("http://node-1")).LookAsync(CancellationToken.None)).Seeds);

    [Fact]
    public async Task Only_the_first_in_the_list_forms_the_cluster()
    {
        Assert.Null(await SeedList.Read(["node-1=http://a:1", "http://b:2"], "node-1", Own).ObjectToFormingAsync(someAreSilent: true, CancellationToken.None));
        Assert.Contains("node-1 stands first", await SeedList.Read(["node-1=http://a:1"], "node-2", Own).ObjectToFormingAsync(someAreSilent: false, CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_without_a_list_is_alone() => Assert.True(SeedList.Read([], "node-1", Own).IsAlone);

    [Theory]
    [InlineData("http://a:1", true)]
    [InlineData("node-1=http://a:1", true)]
    [InlineData("node-1", false)]
    [InlineData("Node_1", true)]
    [InlineData("a:1", false)]
    [InlineData(null, false)]
    public void Seeds_of_the_wrong_kind_are_refused(string? seed, bool throughDapr) => Assert.Single(SeedList.ProblemsOf([seed!], throughDapr));

    [Fact]
    public void A_seed_that_stands_twice_in_the_list_is_a_mistake() =>
        Assert.Contains("twice", Assert.Single(SeedList.ProblemsOf(["node-1", "node-1"], throughDapr: true)), StringComparison.Ordinal);
}
