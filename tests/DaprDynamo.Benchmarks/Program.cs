using System.CommandLine;
using DaprDynamo.Benchmarks.Load;
using DaprDynamo.Benchmarks.Throughput;

Option<int> nodes = new("--nodes") { Description = "How many node processes to start", DefaultValueFactory = _ => 5 };
Option<int> keys = new("--keys") { Description = "How many real key/value lines to write", DefaultValueFactory = _ => 20_000 };
Option<int> clients = new("--clients") { Description = "How many clients write and read at once", DefaultValueFactory = _ => 32 };
Option<string> storage = new("--storage") { Description = "'sqlite' or 'memory'", DefaultValueFactory = _ => "sqlite" };
Option<int> threeNodes = new("--nodes") { Description = "How many node processes to start", DefaultValueFactory = _ => 3 };
Option<int> seconds = new("--seconds") { Description = "How long each measurement takes", DefaultValueFactory = _ => 10 };
Option<int> connections = new("--connections") { Description = "How many connections send at once", DefaultValueFactory = _ => 32 };
Option<int> valueSize = new("--value-size") { Description = "How many bytes of JSON a value has", DefaultValueFactory = _ => 128 };
Option<int> port = new("--port") { Description = "Where to serve", Required = true };

Command load = new("load", "Write real data, kill a node half-way, read everything back through every node; exit code 1 when a value is missing or different")
{
    nodes, keys, clients, storage,
};
load.SetAction((parsed, _) => BulkLoad.RunAsync(
    new BulkLoadOptions(parsed.GetValue(nodes), parsed.GetValue(keys), parsed.GetValue(clients), parsed.GetValue(storage)!)));

Command throughput = new("throughput", "Measure puts and gets a second, and their ratio to a bare endpoint in the same run")
{
    threeNodes, seconds, connections, valueSize, storage,
};
throughput.SetAction((parsed, _) => new ThroughputRun(new ThroughputOptions(
    parsed.GetValue(threeNodes), parsed.GetValue(seconds), parsed.GetValue(connections), parsed.GetValue(valueSize), parsed.GetValue(storage)!)).RunAsync());

Command bare = new("bare", "Serve the same JSON and nothing else; started by 'throughput'") { port, valueSize };
bare.Hidden = true;
bare.SetAction((parsed, _) => BareEndpoint.ServeAsync(parsed.GetValue(port), parsed.GetValue(valueSize)));

return await new RootCommand("Loads and measures of DaprDynamo, against real node processes on this machine.") { load, throughput, bare }.Parse(args).InvokeAsync();
