namespace DaprDynamo.LocalCluster.Control;

/// <summary>How a node of the running cluster stands: as its own record says, and what that cannot say.</summary>
internal static class LocalNodeStates
{
    /// <summary>It runs, and serves no clients yet.</summary>
    internal const string Starting = "Starting";

    /// <summary>It is a full member.</summary>
    internal const string Ready = "Ready";

    /// <summary>It hands its partitions over.</summary>
    internal const string Leaving = "Leaving";

    /// <summary>It has left, and is about to be stopped.</summary>
    internal const string Left = "Left";

    /// <summary>Others took it out of the cluster.</summary>
    internal const string Removed = "Removed";
}
