using System.Diagnostics;
using System.Globalization;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>What carrying many replica operations in one sidecar call is worth, beside what carrying one costs.</summary>
public sealed class BatchingTests(ITestOutputHelper output)
{
    private const int Clients = 64;
    private const int KeyCount = 2000;

    [Fact]
    public async Task Under_load_a_sidecar_call_carries_at_least_six_replica_operations()
    {
        Needs.Consul();
        var batched = await MeasureAsync("as many as wait in each", []);
        var naive = await MeasureAsync("one in each", ["--Dynamo:BatchRequestsMax=1", $"--Dynamo:BatchesInFlightMax={Clients}"]);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{SidecarTraffic.FigurePrefix}batched to naive: {batched.PerSecond / naive.PerSecond:0.00} times the writes a second"));
        Assert.True(batched.OperationsPerCall >= 6, $"{batched.OperationsPerCall:0.0} operations in a call");
        Assert.Equal(1, naive.OperationsPerCall, precision: 2);
    }

    private async Task<(double OperationsPerCall, double PerSecond)> MeasureAsync(string name, IReadOnlyList<string> arguments)
    {
        await using var cluster = await NodeCluster.StartAsync(new NodeClusterOptions
        {
            ThroughDapr = true,
            MoreArguments = [NodeClusterOptions.PatientRequests, NodeClusterOptions.PatientHeartbeats, .. arguments],
        });
        var load = new SteadyLoad(node => new KeyApi(cluster.Http, node.Address), [.. Enumerable.Range(0, KeyCount).Select(number => $"key/{number}")], writers: 0, readers: 0);
        load.Enter(name, [.. cluster.Nodes]);
        var before = await SidecarTraffic.OfAsync(cluster);
        var started = Stopwatch.GetTimestamp();
        await load.LoadAsync(Clients);
        var took = Stopwatch.GetElapsedTime(started);
        var traffic = (await SidecarTraffic.OfAsync(cluster)).Since(before);

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{SidecarTraffic.FigurePrefix}{name}: {Clients} clients, {KeyCount / took.TotalSeconds:0} writes a second; {traffic}"));
        return (traffic.OperationsPerCall, KeyCount / took.TotalSeconds);
    }
}
