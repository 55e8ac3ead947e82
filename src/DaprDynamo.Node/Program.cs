using DaprDynamo.Node;
using DaprDynamo.Node.Hosting;
using DaprDynamo.ServiceDefaults.Startup;

return await HostRunner.RunAsync(() => NodeHost.Build(args), NodeStartupFailure.Recognize);
