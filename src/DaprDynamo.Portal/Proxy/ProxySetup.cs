using DaprDynamo.Portal.Nodes;
using DaprDynamo.Transport.Dapr;

namespace DaprDynamo.Portal.Proxy;

/// <summary>The proxy of the key API.</summary>
internal static class ProxySetup
{
    internal static void AddProxy(this IServiceCollection services)
    {
        services.AddSingleton(provider => new NodeForwarder(
            NodeHttp.CreateHandler(provider.GetRequiredService<PortalOptions>(), provider.GetRequiredService<DaprSettings>()),
            provider.GetRequiredService<PortalOptions>()));
        services.AddSingleton(provider => new ClientLimit(provider.GetRequiredService<PortalOptions>()));
        services.AddSingleton<ProxyCapacity>();
        services.AddSingleton<ProxyAccess>();
        services.AddSingleton<ProxyEndpoints>();
    }

    internal static void MapProxy(this WebApplication app) => app.Services.GetRequiredService<ProxyEndpoints>().Map(app);
}
