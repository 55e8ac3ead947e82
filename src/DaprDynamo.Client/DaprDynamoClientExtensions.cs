using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprDynamo.Client;

/// <summary>Adds the client to an application.</summary>
public static class DaprDynamoClientExtensions
{
    /// <summary>
    /// Adds <see cref="DaprDynamoClient"/>. The options are checked when the application starts. The builder returned takes
    /// further handlers; leave retries out, as the client says itself which requests are safe to repeat.
    /// </summary>
    public static IHttpClientBuilder AddDaprDynamoClient(this IServiceCollection services, Action<DaprDynamoClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<DaprDynamoClientOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        return services.AddHttpClient(nameof(DaprDynamoClient)).AddTypedClient((http, provider) => new DaprDynamoClient(
            http, provider.GetRequiredService<IOptions<DaprDynamoClientOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
    }
}
