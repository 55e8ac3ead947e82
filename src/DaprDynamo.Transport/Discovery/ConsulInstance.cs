namespace DaprDynamo.Transport.Discovery;

/// <summary>One registered instance of a service.</summary>
/// <param name="Host">Its address: a name or an IP address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Meta">What it was registered with.</param>
/// <param name="IsHealthy">Whether all its checks pass.</param>
public sealed record ConsulInstance(string Host, int Port, IReadOnlyDictionary<string, string> Meta, bool IsHealthy);
