using DaprDynamo.Cluster.Storing;
using DaprDynamo.ServiceDefaults.Startup;

namespace DaprDynamo.Node.Hosting;

/// <summary>Failed starts that only a storage node has: its store's, which speak for themselves.</summary>
public static class NodeStartupFailure
{
    /// <summary>Recognizes a store that could not be opened; null for any other failure.</summary>
    public static StartupFailure? Recognize(Exception failure) =>
        failure is StoreException store ? new StartupFailure(store.Message, StartupFailure.ExitCodeFailed) : null;
}
