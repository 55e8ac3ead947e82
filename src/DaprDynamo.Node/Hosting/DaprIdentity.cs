using DaprDynamo.ServiceDefaults.Startup;

namespace DaprDynamo.Node.Hosting;

/// <summary>
/// Through Dapr a node's id is its app id: peers call it by nothing else. What Dapr tells its applications is taken where the
/// settings are silent, and where they say otherwise the node does not start.
/// </summary>
internal static class DaprIdentity
{
    private const string NodeIdKey = $"{NodeOptions.Section}:{nameof(NodeOptions.NodeId)}";
    private static readonly string[] AppIdVariables = ["APP_ID", "DAPR_APP_ID"];

    /// <summary>Fills in the node's id and its address.</summary>
    /// <exception cref="StartupFailureException">The sidecar's app id and the node's id differ.</exception>
    internal static void TakeOver(IConfigurationManager configuration)
    {
        var transport = configuration[$"{NodeOptions.Section}:{nameof(NodeOptions.Transport)}"];
        if (!string.Equals(transport, nameof(TransportKind.Dapr), StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var told = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var variable in AppIdVariables)
        {
            if (configuration[variable] is not { Length: > 0 } appId)
            {
                continue;
            }

            var nodeId = told.GetValueOrDefault(NodeIdKey) ?? configuration[NodeIdKey];
            if (nodeId is { Length: > 0 } && nodeId != appId)
            {
                throw new StartupFailureException(
                    $"The node's id is '{nodeId}' and {variable} is '{appId}': through Dapr a node's id is its app id. Set {NodeIdKey} to the app id, or leave it out.",
                    StartupFailure.ExitCodeBadOptions);
            }

            told[NodeIdKey] = appId;
        }

        if (configuration[WebHostDefaults.ServerUrlsKey] is not { Length: > 0 } && configuration["APP_PORT"] is { Length: > 0 } port)
        {
            told[WebHostDefaults.ServerUrlsKey] = $"http://127.0.0.1:{port}";
        }

        configuration.AddInMemoryCollection(told);
    }
}
