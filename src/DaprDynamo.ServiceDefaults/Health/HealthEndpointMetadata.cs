namespace DaprDynamo.ServiceDefaults.Health;

/// <summary>Marks the health endpoints, so that request logging leaves them out.</summary>
internal sealed class HealthEndpointMetadata
{
    public static readonly HealthEndpointMetadata Instance = new();
}
