using System.CommandLine;
using DaprDynamo.LocalCluster;

// Ctrl-C and SIGTERM cancel the command, and the cluster then has time to write down what it knows.
return await LocalClusterCommand.Create(ClusterRunner.RunAsync).Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
