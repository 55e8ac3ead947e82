using DaprDynamo.StandInSidecar;

// One sidecar a process, with the command line of daprd.
var options = SidecarOptions.Read(args, Environment.GetEnvironmentVariable);
await using var sidecar = Sidecar.Build(options);
await sidecar.RunAsync();
