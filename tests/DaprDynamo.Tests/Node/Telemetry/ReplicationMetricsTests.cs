using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DaprDynamo.Node;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

public class ReplicationMetricsTests
{
    [Fact]
    public async Task A_node_measures_hints_repairs_exchanges_and_tombstones_by_owner_cause_and_reason()
    {
        await using var node = NodeHost.Build([], new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Dynamo:NodeId"] = "node-metered",
            ["Dynamo:Storage"] = "Memory",
        });
        await node.StartAsync();
        var address = node.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var value = new StringContent("""{"value":1}""", System.Text.Encoding.UTF8, "application/json");
        (await http.PostAsync(new Uri("/v1/key", UriKind.Relative), value)).EnsureSuccessStatusCode();
        (await http.DeleteAsync(new Uri("/v1/key", UriKind.Relative))).EnsureSuccessStatusCode();

        var measured = Measured(node.Services.GetRequiredService<IMeterFactory>());

        Assert.Contains("dynamo.exchanges", measured.Keys);
        Assert.Contains("dynamo.standins", measured.Keys);
        Assert.Contains("dynamo.tombstones.reaped", measured.Keys);
        Assert.Equal(["exchange", "handoff", "read"], measured["dynamo.repairs"].Select(tag => tag.Value).Order(StringComparer.Ordinal));
        Assert.Contains(measured["dynamo.tombstones.waiting"], tag => tag == ("reason", "grace", 1));
        await node.StopAsync();
    }

    private static Dictionary<string, List<(string Name, string Value, long Count)>> Measured(IMeterFactory meters)
    {
        var measured = new ConcurrentDictionary<string, List<(string Name, string Value, long Count)>>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Other tests run nodes in this process at the same time: a meter's scope is the factory of its host.
                if (instrument.Meter.Name == "DaprDynamo.Replication" && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => Add(instrument.Name, count, tags));
        listener.SetMeasurementEventCallback<int>((instrument, count, tags, _) => Add(instrument.Name, count, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured.ToDictionary(StringComparer.Ordinal);

        void Add(string name, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var tag = tags.Length == 0 ? default : tags[0];
            measured.GetOrAdd(name, _ => []).Add((tag.Key ?? "", tag.Value as string ?? "", count));
        }
    }
}
