using DaprDynamo.Portal;
using DaprDynamo.ServiceDefaults.Startup;

return await HostRunner.RunAsync(() => PortalHost.Build(args));
