namespace DaprDynamo.LocalCluster.Control;

/// <summary>The running cluster cannot be asked, or refuses; the message is all that is shown.</summary>
internal sealed class ControlException(string message) : Exception(message);
