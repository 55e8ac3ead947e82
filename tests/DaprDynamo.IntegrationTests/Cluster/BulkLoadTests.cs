using DaprDynamo.IntegrationTests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>The bulk driver on a small scale: many clients, real data, a node killed half-way.</summary>
public sealed class BulkLoadTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Two_thousand_real_values_written_while_a_node_dies_and_returns_are_read_back_through_every_node()
    {
        using var folder = new TempFolder();
        await using var driver = ChildProcess.Start(
            "bulk driver", "DaprDynamo.Benchmarks.dll", ["load", "--nodes", "5", "--keys", "2000", "--clients", "32"], folder.Path);
        try
        {
            Assert.Equal(0, await driver.WaitForExitAsync(Limit));
        }
        finally
        {
            output.WriteLine(driver.Output.ToString());
        }
    }
}
