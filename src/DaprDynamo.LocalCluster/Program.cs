using System.CommandLine;
using DaprDynamo.LocalCluster;

using var signals = new StopSignals();
return await LocalClusterCommand.Create(signals.Token).Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
